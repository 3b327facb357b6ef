import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { explainText } from '../../src/diagnose/explain.ts';
import { textRules } from '../../src/diagnose/text-rules.ts';
import { createKlogJoiner } from '../../src/parse/klog-lines.ts';
import { readLogLine } from '../../src/parse/log-line.ts';
import { expandBraces } from '../../src/parse/phrases.ts';
import { root } from '../house/source-tree.ts';
import { anyParts, carried, goQuote } from './compose.ts';
import { describePage } from './describe-page.ts';
import { messages } from './messages.ts';

/**
 * Feeds generated texts to the readers for as long as wanted: `node test/corpus/fuzz.ts [MINUTES [SEED]]` (15, by the clock).
 * Nothing may throw, and no text may take more than 5 ms of CPU for each 10 KB, 5 ms at least. The seed of a run that found
 * something is kept in fuzz-seeds.txt, and every kept seed is run first.
 */
const seedsFile = join(root, 'test/corpus/fuzz-seeds.txt');
const labelled = [...messages(), ...messages(join(root, 'test/corpus/own-messages.jsonl'))].map(({ text }) => text);

/** What the readers look at: cut, doubled and mixed, it leads into every branch. */
const shard = fc.constantFrom(
  ...['"', '\\"', '\\\\\\"', "'", '\n', '\t', '\r', ': ', ' > ', '=<\n\t', '[', ']', '{', '}', '|', '│', '…', '‹', '›'],
  ...[
    'rpc error: code = Unknown desc = ',
    'failed to "StartContainer" for "',
    '" with ErrImagePull: "',
    '{"msg":"',
    'time="',
  ],
  ...[
    'E1121 22:41:53.6    1 x.go:2] "',
    'https://',
    '/v2/',
    '?ns=',
    'sha256:',
    'lookup ',
    ' on ',
    'dial tcp ',
    'x509: ',
  ],
  ...[
    '\u001b[',
    '\u001b]',
    '\u200b',
    '\u202e',
    '\ud800',
    '\u0000',
    'not found',
    'manifest ',
    'repository ',
    'media type ',
  ],
);
/** What the rules look for: each opens a door. */
const phrase = fc.constantFrom(...textRules.flatMap(({ when }) => (when.says ?? []).flatMap(expandBraces)));
const escape = fc.constantFrom(
  ...[
    '\\',
    '\\\\',
    '\\n',
    '\\t',
    '\\x1b',
    '\\u00e9',
    '\\U0001f600',
    '\\377',
    '\\x',
    '%3A',
    '%',
    '%%',
    '%!A(MISSING)',
    '%5BREDACTED%5D',
  ],
  ...['\u001b[1;31m', '\u001b[0m', '\u001b]0;', '\u001b[', '\u009b', '&quot;', '‹', '›', '\u2028', 'İ', 'ß', '🙂'],
);
const small = fc.oneof(shard, phrase, escape, fc.string({ maxLength: 3 }), fc.string({ unit: 'binary', maxLength: 3 }));
const repeated = fc
  .tuple(fc.array(small, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 4000 }))
  .map(([parts, times]) => parts.join('').repeat(times).slice(0, 200_000));
const real = fc.oneof(fc.constantFrom(...labelled), anyParts.map(carried));
const cut = fc
  .tuple(real, fc.nat(2000), fc.nat(2000))
  .map(([text, from, length]) => text.slice(from % (text.length + 1), (from % (text.length + 1)) + length));
const quoted = fc
  .tuple(real, fc.integer({ min: 1, max: 12 }))
  .map(([text, depth]) =>
    Array.from({ length: depth }).reduce<string>(inner => `e: ${goQuote(inner)}`.slice(0, 200_000), text),
  );
const times = fc.integer({ min: 1, max: 300 });
/** Whole lines, as programs write them, many times over. */
const lines = fc.oneof(
  fc
    .tuple(real, times)
    .map(([text, count]) => `${JSON.stringify({ ts: 1.5, msg: 'PullImage failed', err: text })}\n`.repeat(count)),
  fc
    .tuple(real, times)
    .map(([text, count]) =>
      Array.from(
        { length: count },
        (_none, number) =>
          `time="2026-11-21T22:46:48.1Z" level=info msg="trying next host" error=${goQuote(text)} host="m${number}.example:5000"\n`,
      ).join(''),
    ),
  fc
    .tuple(real, times)
    .map(([text, count]) =>
      `E1121 22:41:53.6    1 x.go:2] "Failed to pull image" err=<\n\t${text}\n > image="r/x:1"\n`.repeat(count),
    ),
  fc.tuple(real, fc.integer({ min: 1, max: 20 })).map(([text, count]) => describePage(text).repeat(count)),
);
const piece = fc.oneof(
  { weight: 4, arbitrary: small },
  { weight: 3, arbitrary: cut },
  { weight: 2, arbitrary: real },
  { weight: 2, arbitrary: repeated },
  lines,
  quoted,
  fc.string({ unit: 'binary' }),
);
const anyText = fc.array(piece, { maxLength: 24 }).map(pieces => pieces.join('').slice(0, 1_000_000));

/** CPU time of this thread alone, milliseconds: neither other processes nor V8's own threads count. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

const allowedMs = (text: string): number => Math.max(5, (5 * Buffer.byteLength(text)) / 10_240);

const readAll = (text: string): void => {
  explainText(text);
  readLogLine(text, 0);
  const joiner = createKlogJoiner();
  for (const line of text.split('\n', 1000)) joiner.push(line);
};

/** The least of some tries: a collection of garbage, or a busy machine whose cores share their caches, is not the text's fault. */
const leastMs = (text: string): number => {
  let least = Infinity;
  for (let attempt = 0; attempt < 12 && least > allowedMs(text); attempt += 1) {
    const before = cpuMs();
    explainText(text);
    least = Math.min(least, cpuMs() - before);
  }
  return least;
};

/** Texts of the kinds that took too long once. */
const slowOnce = [
  'E1121 22:41:53.6    1 x.go:2] "',
  '" with ErrImagePull: "',
  ': : : : ',
  'mirrors also failed',
  'mirrors also failed ]: ',
  'failed to set up ',
  '"\n',
  ' ; ',
  'Back-off pulling image "r.example/b:1" ; ',
].map(text => `Failed to pull image "r.example/a:1": ${text.repeat(2000)} Failed to pull image "r.example/c:1": EOF`);

let texts = 0;
let worst = { share: 0, text: '' };

const check = (text: string): boolean => {
  texts += 1;
  readAll(text);
  const ms = leastMs(text);
  const share = ms / allowedMs(text);
  if (share > worst.share) worst = { share, text };
  return share <= 1;
};

const runSeed = (seed: number, numRuns: number): string | null => {
  const result = fc.check(fc.property(anyText, check), { seed, numRuns, endOnFailure: true });
  return result.failed
    ? `seed ${seed}: ${result.errorInstance instanceof Error ? result.errorInstance.message : 'too slow'}\n${JSON.stringify(result.counterexample).slice(0, 300)}`
    : null;
};

const [minutes = '15', firstSeed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
const end = Date.now() + Number(minutes) * 60_000;
const kept = existsSync(seedsFile)
  ? readFileSync(seedsFile, 'utf8')
      .split('\n')
      .filter(line => /^\d+$/.test(line))
      .map(Number)
  : [];
const found: string[] = [];
for (const text of labelled) readAll(text);
for (const text of slowOnce) if (!check(text)) found.push(`too slow: ${text.slice(0, 80)}`);
for (const seed of kept) found.push(runSeed(seed, 200) ?? '');
for (let seed = Number(firstSeed); Date.now() < end; seed = (seed + 1) % 2 ** 31) {
  const failure = runSeed(seed, 200);
  if (failure === null) continue;
  found.push(failure);
  appendFileSync(seedsFile, `${seed}\n`);
}
const failures = found.filter(text => text !== '');
process.stdout.write(`${failures.join('\n')}${failures.length === 0 ? '' : '\n'}`);
process.stdout.write(
  `${texts} texts from seed ${firstSeed} in ${minutes} min: ${failures.length} failures; the slowest took ${(100 * worst.share).toFixed(0)} % of what it may (${worst.text.length} characters)\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
