import { explainText } from '../src/diagnose/explain.ts';
import { messages } from '../test/corpus/messages.ts';
import { unrelatedLines } from './kubelet-lines.ts';

/** Texts a second of one core: CPU seconds, since the machine may be busy with something else. */
const ratePerCore = (texts: string[], count: number): number => {
  for (let index = 0; index < 20_000; index += 1) explainText(texts[index % texts.length] ?? '');
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) explainText(texts[index % texts.length] ?? '');
  const { user, system } = process.cpuUsage(before);
  return count / ((user + system) / 1e6);
};

/** CPU nanoseconds of one turn of an empty loop over a string: how fast this machine is, beside which the rates stand. */
const nanosecondsPerCharacter = (): number => {
  const text = 'x'.repeat(4096);
  let sum = 0;
  const turn = (): void => {
    for (let at = 0; at < text.length; at += 1) sum += text.charCodeAt(at);
  };
  for (let index = 0; index < 2000; index += 1) turn();
  const before = process.cpuUsage();
  for (let index = 0; index < 5000; index += 1) turn();
  const { user, system } = process.cpuUsage(before);
  return sum === 0 ? 0 : ((user + system) * 1000) / (5000 * text.length);
};

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MB`;

/** Explains lines without end and looks at what stays in memory. */
const memoryAfter = (lines: number, other: string[], failures: string[]): string[] => {
  const before = process.memoryUsage().rss;
  for (let index = 0; index < lines; index += 1) {
    // One line in fifty is a failed pull, each a text that was not there before.
    const text =
      index % 50 === 0
        ? `${failures[(index / 50) % failures.length] ?? ''} ${index}`
        : (other[index % other.length] ?? '');
    explainText(text);
  }
  return [`resident memory: ${megabytes(before)} before, ${megabytes(process.memoryUsage().rss)} after ${lines} lines`];
};

/** How fast error texts are explained, and what it leaves in memory; PULLPATH_BENCH_LINES sets the lines (ten million). */
export const benchExplain = (): Promise<string[]> => {
  const all = messages();
  const failures = all.filter(({ cause }) => cause !== 'not-a-pull-failure').map(({ text }) => text);
  const singles = failures.filter(text => !text.includes('\n'));
  const other = unrelatedLines(1000);
  const lines = Number(process.env['PULLPATH_BENCH_LINES'] ?? 10_000_000);
  const rate = (value: number): string => `${Math.round(value).toLocaleString('en')} a second and core`;
  return Promise.resolve([
    `explain: this machine takes ${nanosecondsPerCharacter().toFixed(2)} ns to look at a character`,
    `explain: ${rate(ratePerCore(other, 300_000))} of lines that are no pull failures (aim 200,000)`,
    `explain: ${rate(ratePerCore(singles, 60_000))} of pull failures of one line (aim 20,000)`,
    `explain: ${rate(ratePerCore(failures, 60_000))} of pull failures, pastes of several lines among them`,
    ...memoryAfter(lines, other, failures).map(line => `explain: ${line}`),
  ]);
};
