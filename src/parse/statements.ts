import { limits } from '../model/limits.ts';
import { readLogRecord } from './log-record.ts';

/** One thing that a pasted text says: a log line's message with its error, an event, or a line of a tool's output. */
export type Statement = {
  text: string;
  /** Keys that the log line carried beside its message: image, host, pod … */
  fields: ReadonlyMap<string, string>;
};

const noFields: ReadonlyMap<string, string> = new Map();

/** A klog header anywhere near the start: after the journal's own prefix, or without its first half. */
const klogHeader =
  /[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9}\s{1,10}\d{1,10} [\w./-]{1,80}:\d{1,6}\] |\b[\w./-]{1,80}\.go:\d{1,6}\] /;
const logfmt = /\btime="[^"]{1,60}" level=|\blevel=\w{1,10} (?:ts=\S{1,60} )?msg=/;
/** logrus on a terminal: `INFO[0003] trying next host   error="…" host=…`. */
const logrus = /^(?:DEBU|INFO|WARN|ERRO|FATA|PANI)\w{0,3}\[[^\]]{0,40}\]\s{0,5}/;
const logrusFields = /\s{1,80}(?:error|host|image|ref|url)=/;

const compose = (message: string, fields: ReadonlyMap<string, string>): Statement => {
  const error = fields.get('err') ?? fields.get('error');
  return { text: error === undefined ? message : `${message}: ${error}`, fields };
};

/** `level=info msg=fetch failed error=failed to do request: …` as Talos prints it, without quotes. */
const unquoted = (line: string): Statement => {
  const fields = new Map<string, string>();
  const text = line.replace(/ (host|image)=(\S{1,512})/g, (_all, key: string, value: string) => {
    fields.set(key, value);
    return '';
  });
  return { text: text.replace(' error=', ': '), fields };
};

const readRecordAt = (line: string, start: number): Statement | null => {
  const record = readLogRecord(line.slice(start));
  return record === null || record.format === 'torn' ? null : compose(record.message, record.fields);
};

const readLogrus = (line: string, start: number): Statement => {
  const rest = line.slice(start);
  const fields = logrusFields.exec(rest);
  if (!fields) return { text: rest, fields: noFields };
  const record = readLogRecord(`level=x msg="" ${rest.slice(fields.index).trimStart()}`);
  if (record === null || record.format === 'torn') return { text: rest, fields: noFields };
  return compose(rest.slice(0, fields.index), record.fields);
};

/** Whether a record of logfmt follows another one on the line: it would read as more keys of that one. */
const hasSeveral = (line: string): boolean => {
  const at = line.indexOf(' time="');
  if (at < 0) return false;
  return (
    line.startsWith('time="') || line.includes(' time="', at + 1) || klogHeader.test(line.slice(0, Math.min(at, 400)))
  );
};

/** What speaks of a pull before a record's head is no prefix of it, but where it says that it quotes a program. */
const speaks = /ull(?:ing| and unpack)? image |source docker:|from daemon: |msg="/;
const isPrefix = (text: string): boolean => text.endsWith('output: ') || !speaks.test(text);

/** Takes one record apart, whatever stands before it; a text of no log format, or of several records, is a statement as it is. */
export const readStatement = (line: string): Statement => {
  if (line.startsWith('{"') || line.startsWith("{'")) return readRecordAt(line, 0) ?? { text: line, fields: noFields };
  if (hasSeveral(line)) return { text: line, fields: noFields };
  const plain = readRecordAt(line, 0);
  if (plain !== null) return plain;
  const head = line.slice(0, 400);
  const terminal = logrus.exec(head);
  if (terminal) return readLogrus(line, terminal[0].length);
  const klog = head.includes('] ') ? klogHeader.exec(head) : null;
  if (klog && isPrefix(head.slice(0, klog.index))) {
    const rest = line.slice(klog.index + klog[0].length);
    // The header may be cut; what counts is behind it, so that a whole one is put in its place.
    const record = readLogRecord(`E0101 00:00:00.0 1 x.go:1] ${rest}`);
    if (record !== null && record.format !== 'torn') return compose(record.message, record.fields);
    return { text: rest, fields: noFields };
  }
  const pairs = head.includes('level=') ? logfmt.exec(head) : null;
  if (pairs && isPrefix(head.slice(0, pairs.index))) return readRecordAt(line, pairs.index) ?? unquoted(line);
  return { text: line, fields: noFields };
};

/** What the first line of a record looks like; any other line goes on with the one before. */
const starts = new RegExp(
  [
    '(?:[A-Z][a-z]{2} [ \\d]\\d|\\d{4}-\\d\\d-\\d\\d)[T ]\\d\\d:\\d\\d',
    '[IWEF]\\d{4} \\d\\d:',
    '(?:time|level|ts)=',
    '\\{"',
    '(?:DEBU|INFO|WARN|ERRO|FATA|PANI)\\w{0,3}\\[',
    '(?:Normal|Warning)\\s',
    '(?:\\S{1,253}\\s{1,20}){1,3}(?:\\(x\\d{1,9} over \\S{1,20}\\)\\s{1,20})?(?:Normal|Warning)\\s',
    '(?:Error|ERROR|error|ctr|docker|podman|nerdctl|crictl|FATA|stderr|E|W)\\b ?(?:response from daemon)?:',
    'Error response from daemon',
    '#\\d{1,4} ',
    '\\[ERROR ',
    '[✘✔✗✓] ',
    '(?:Trying to pull|Pulling |Failed to |Back-off |Error syncing|Successfully |Unable to )',
    '(?:kubelet|containerd|dockerd|crio|k3s|k3s-agent|microshift)\\[\\d',
    '[A-Z][\\w /-]{0,40}:(?:\\s{2,}|$)',
    '(?:message|reason|image|lastState|state|waiting|ready|name):(?:\\s|$)',
    '- ',
  ].join('|'),
  'y',
);

const decoration = /[\s|>*•│]{0,200}/y;

/** The line without what terminals and people put before it. */
const undecorated = (line: string): string => {
  decoration.lastIndex = 0;
  decoration.test(line);
  return line.slice(decoration.lastIndex).trimEnd();
};

/** Whether a line begins a record; docker writes a program's `stdout: … stderr: …`, which may break before the second. */
const begins = (line: string, before: string): boolean => {
  starts.lastIndex = 0;
  return starts.test(line) && !(line.startsWith('stderr:') && before.endsWith('stdout:'));
};

/**
 * Splits a text into its statements: physical lines that go on with the one before are joined with `glue` (a blank, or
 * nothing where a terminal broke lines in the middle of words). Only records that are `wanted`, and at most
 * `limits.explainStatements` of them, are taken apart.
 */
export const readStatements = (
  text: string,
  glue: ' ' | '',
  wanted: (record: string) => boolean = () => true,
): Statement[] => {
  if (!text.includes('\n')) return [readStatement(undecorated(text))];
  const records: string[][] = [];
  for (const raw of text.split(/\n+/)) {
    const line = undecorated(raw);
    if (line === '') continue;
    const open = records.at(-1);
    if (open === undefined || begins(line, open.at(-1) ?? '')) records.push([line]);
    else open.push(line);
  }
  return records
    .map(lines => lines.join(glue))
    .filter(wanted)
    .slice(0, limits.explainStatements)
    .map(readStatement);
};
