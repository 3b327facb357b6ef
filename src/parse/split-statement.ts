import { limits } from '../model/limits.ts';
import { namedImage, sameImage, type NamedImage } from './named-image.ts';
import { readStatement, type Statement } from './statements.ts';

/**
 * Where a text speaks of a pull: the image that the software names, docker's and podman's own beginning, or the head of a log
 * record. Quotes are escaped within a log line's value.
 */
const mention =
  /ull(?:ing| and unpack)? image \\{0,24}"([^"\\]{1,512})|Error(?: response from daemon|: initializing source docker:\/\/)|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d|\btime="\d{4}-/g;

/** Heads of what is of its own wherever it stands: an event, a container's part of a sync error. */
const head = /\b(?:Warning|Normal)\s{1,20}[A-Z]\w{0,40}\s|failed to \\{0,24}"StartContainer/g;

/** How a phrase begins that names an image, up to where `mention` finds it. */
const phrase = /(?:(?:Error: |rpc error: code = \w{1,30} desc = ){0,3}(?:[Ff]ailed to p|Back-off p|P))$/;

/** Between a wrapper and the next one within; whoever hides names in a text may hide the same one by others. */
const nested = /^\\{0,24}"(?::? (?:\w{1,40}: )?)?(?:failed with error: )?$/;

/** Where that begins which names an image at `at`: the last head after `from`, else its own phrase; null within the one before. */
const startOf = (text: string, from: number, at: number): number | null => {
  const before = text.slice(from, at);
  const last = [...before.matchAll(head)].at(-1);
  if (last !== undefined) return from + last.index;
  const start = before.length - (phrase.exec(before.slice(-160))?.[0].length ?? 0);
  return start < 100 && nested.test(before.slice(0, start)) ? null : from + start;
};

/** Where the text begins to speak of another pull, as it seems. */
const cutsOf = (text: string): number[] => {
  const cuts: number[] = [];
  let image: NamedImage | null = null;
  let hasBegun = false;
  let from = 0;
  mention.lastIndex = 0;
  for (let match = mention.exec(text); match !== null; match = mention.exec(text)) {
    const [whole, named] = match;
    if (named === undefined) {
      // A log record's head opens one; docker's beginning does where there was one already.
      const isHead = !whole.startsWith('Error');
      if (match.index > 0 && (isHead || hasBegun)) {
        cuts.push(match.index);
        image = null;
      }
      hasBegun = !isHead;
    } else if (named !== image?.name) {
      const next = namedImage(named);
      const start = image === null || sameImage(image, next) ? null : startOf(text, from, match.index);
      if (start !== null) {
        cuts.push(start);
        hasBegun = false;
      }
      image = next;
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

/**
 * The parts of a statement that may each be of a pull of their own: several records on one line, a sync error of several
 * containers. One part where nothing shows more; whether parts are of different pulls is for the caller to judge.
 */
export const splitStatement = (statement: Statement): Statement[] => {
  const cuts = cutsOf(statement.text);
  if (cuts.length === 0) return [statement];
  return [0, ...cuts]
    .map((start, index) => statement.text.slice(start, cuts[index]).replace(/^[\s;,]{1,200}|[\s;,]{1,200}$/g, ''))
    .filter(part => part !== '')
    .map(part => readPart(part, statement));
};
