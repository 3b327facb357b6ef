import { limits } from '../model/limits.ts';
import { namedImage, sameImage, type NamedImage } from './named-image.ts';
import { readStatement, type Statement } from './statements.ts';

/**
 * Where a text begins to speak of a pull: the image that the software names, docker's own beginning, or the head of a log
 * record. Quotes are escaped within a log line's value.
 */
const mention =
  /ull(?:ing| and unpack)? image (?:\\{0,24}"([^"\\]{1,512})|([\w.-]{1,255}[/:][\w./:@-]{0,512}\w))|initializing source docker:\/\/([^\s"\\]{1,512}?)(?=:?(?:[\s"\\]|$))|Error response from daemon|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d|\btime="\d{4}-|\{"(?:ts|time|level|msg|caller)":/g;
const daemon = 'Error response from daemon';

/** podman asks several registries for one short name, and tells of each. */
const shortName = 'errors occurred while pulling';

/** Heads of what is of its own wherever it stands: an event, a container's part of a sync error. */
const head = /\b(?:Warning|Normal)\s{1,20}[A-Z]\w{0,40}\s|failed to \\{0,24}"StartContainer/g;

/** How a phrase begins, up to where `mention` finds it. */
const phrase = /(?:(?:Error: |\w{1,40}: |rpc error: code = \w{1,30} desc = ){0,4}(?:[Ff]ailed to p|Back-off p|P)?)$/;

/** What is between a wrapper and the next one within; whoever hides names in a text may hide one by several. */
const nested = /^\\{0,24}"?:? ?(?:failed with error: )?$/;

/** Where that begins which is found at `at`: the last head after `from`, else its own phrase; null where `from` wraps it. */
const startOf = (text: string, from: number, at: number): number | null => {
  const before = text.slice(from, at);
  const last = [...before.matchAll(head)].at(-1);
  if (last !== undefined) return from + last.index;
  const start = before.length - (phrase.exec(before.slice(-160))?.[0].length ?? 0);
  return start < 40 && nested.test(before.slice(0, start)) ? null : from + start;
};

/** Where the text begins to speak of another pull, as it seems. */
const cutsOf = (text: string): number[] => {
  const cuts: number[] = [];
  let image = null as NamedImage | null;
  /** Whether the present part has begun to speak of its pull. */
  let hasBegun = false;
  let from = 0;
  mention.lastIndex = 0;
  for (let match = mention.exec(text); match !== null; match = mention.exec(text)) {
    const [whole, quoted, bare, source] = match;
    const name = quoted ?? bare ?? source;
    if (name === undefined && whole !== daemon) {
      if (match.index > 0) cuts.push(match.index);
      image = null;
      hasBegun = false;
    } else if (name === undefined || name !== image?.name) {
      const next: NamedImage | null = name === undefined ? null : namedImage(name);
      const isOther = hasBegun && !(image !== null && next !== null && sameImage(image, next));
      const isCandidate = source !== undefined && text.includes(shortName);
      const start = isOther && !isCandidate ? startOf(text, from, match.index) : null;
      if (start !== null) cuts.push(start);
      if (start !== null || next !== null) image = next;
      hasBegun = true;
    }
    if (cuts.length >= limits.explainStatements) break;
    from = mention.lastIndex;
  }
  return cuts;
};

/** A part of a statement; what held for all of it holds for the part. */
const readPart = (part: string, { fields }: Statement): Statement => {
  // A line's first record has lost its head where the line was read as one.
  const read = readStatement(part.startsWith('"') ? `E0101 00:00:00.0 1 x.go:1] ${part}` : part);
  const pod = fields.get('pod');
  return read.fields.size > 0 || pod === undefined ? read : { text: read.text, fields: new Map([['pod', pod]]) };
};

const joints = ' \t\n;,';

/** A part without what joined it to the others. */
const trimmed = (part: string): string => {
  let start = 0;
  let end = part.length;
  while (start < end && joints.includes(part.charAt(start))) start += 1;
  while (end > start && joints.includes(part.charAt(end - 1))) end -= 1;
  return part.slice(start, end);
};

/**
 * The parts of a statement that may each be of a pull of their own: several records on one line, a sync error of several
 * containers. One part where nothing shows more; whether parts are of different pulls is for the caller to judge.
 */
export const splitStatement = (statement: Statement): Statement[] => {
  const cuts = statement.text.length > limits.explainSplitChars ? [] : cutsOf(statement.text);
  if (cuts.length === 0) return [statement];
  return [0, ...cuts]
    .map((start, index) => trimmed(statement.text.slice(start, cuts[index])))
    .filter(part => part !== '')
    .map(part => readPart(part, statement));
};
