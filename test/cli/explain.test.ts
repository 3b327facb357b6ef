import { PassThrough, Readable } from 'node:stream';
import t from 'tap';
import { explainCommand, textsOf } from '../../src/cli/explain.ts';
import type { CommandIo } from '../../src/lib/command.ts';
import { describePage } from '../corpus/describe-page.ts';
import { messages } from '../corpus/messages.ts';

const noHost =
  'Failed to pull image "r.example/a:1": failed to do request: Head "https://r.example/v2/a/manifests/1": dial tcp: lookup r.example on 10.0.0.2:53: no such host';
const full = 'Failed to pull image "r.example/a:1": write /var/lib/containerd/x: no space left on device';

type Options = { json?: boolean; ndjson?: boolean };

const run = async (args: string[], input: (string | Buffer)[] = [], options: Options = {}): Promise<string> => {
  const stdout = new PassThrough({ highWaterMark: 64 });
  const io: CommandIo = {
    stdin: Readable.from(input, { objectMode: false }),
    stdout,
    stderr: new PassThrough(),
    signal: new AbortController().signal,
    colour: false,
    width: 100,
  };
  const chunks: string[] = [];
  stdout.on('data', chunk => chunks.push(String(chunk)));
  t.equal(await explainCommand.run({ json: false, ndjson: false, ...options }, args, io), 0);
  await new Promise(setImmediate);
  return chunks.join('');
};

const rows = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>);

t.test('a text as argument gets a page, several texts a page each', async t => {
  t.match(await run([noHost]), /^dns-failure {2}the node cannot resolve r\.example\n/);
  t.equal((await run([noHost, full])).match(/^(?:dns-failure|disk-full) {2}/gm)?.length, 2);
});

t.test('words that were not quoted are one text', t => {
  t.same(textsOf(['no', 'such', 'host']), ['no such host']);
  t.same(textsOf(['one text', 'another']), ['one text', 'another']);
  t.end();
});

t.test('a describe page on standard input gets one page with the fix', async t => {
  const page = await run([], [describePage(noHost)]);
  t.equal(page.match(/^dns-failure/gm)?.length, 1);
  t.match(page, 'kubectl -n shop rollout restart deployment/web');
  t.match(page, /checklist 1 Does the image exist\?/);
  t.match(page, /6 Can the node reach the registry\? +no /);
});

t.test('who types is told how to end, and nobody else', async t => {
  const told = async (isTTY: boolean): Promise<string> => {
    const stderr = new PassThrough();
    const stdin = Object.assign(Readable.from([full], { objectMode: false }), { isTTY });
    const io = {
      stdin,
      stdout: new PassThrough(),
      stderr,
      signal: new AbortController().signal,
      colour: false,
      width: 100,
    };
    await explainCommand.run({ json: false, ndjson: false }, [], io);
    return String(stderr.read() ?? '');
  };
  t.match(await told(true), /Ctrl-D/);
  t.equal(await told(false), '');
});

t.test('a list of messages gets a line each, a single one a page', async t => {
  const lines = (await run([], [`${noHost}\n${full}\n\nordinary line\n`])).trimEnd().split('\n');
  t.same(
    lines.map(line => line.split(' ')[0]),
    ['dns-failure', 'disk-full', 'not-a-pull-failure'],
  );
  t.match(await run([], [`${full}\n`]), /^disk-full.*\n\nimage +r\.example\/a:1/);
  t.match(await run([], []), /^not-a-pull-failure/);
});

t.test('a stream too long for a paste is answered line by line', async t => {
  const output = await run([], [`  ${full}\n`.repeat(2500)]);
  t.equal(output.trimEnd().split('\n').length, 2500);
});

t.test('--json answers each line, empty ones too, with what the contract wants', async t => {
  const answers = rows(await run([], [`${noHost}\n\n${full}`], { json: true }));
  t.same(
    answers.map(({ cause }) => cause),
    ['dns-failure', 'not-a-pull-failure', 'disk-full'],
  );
  const keys = ['cause', 'also', 'stage', 'owner', 'retry', 'image', 'registry', 'host', 'title', 'checklist', 'fix'];
  for (const key of keys) t.ok(key in (answers[0] ?? {}), key);
  t.equal(rows(await run([noHost], [], { json: true })).length, 1);
});

t.test('--ndjson answers in order with the same id, and goes on after a bad line', async t => {
  const input = [
    JSON.stringify({ id: 'a', text: noHost }),
    'not json',
    JSON.stringify({ id: 7 }),
    JSON.stringify(['x']),
    '',
    JSON.stringify({ id: { any: 'thing' }, text: full, more: 1 }),
    JSON.stringify({ text: full }),
  ];
  const answers = rows(await run([], [input.join('\n')], { ndjson: true }));
  t.match(answers, [
    { id: 'a', cause: 'dns-failure' },
    { id: null, error: { code: 'input-invalid', message: /^line 2 is not JSON/ } },
    { id: 7, error: { code: 'input-invalid', message: /^line 3 has no "text"/ } },
    { id: null, error: {} },
    { id: null, error: {} },
    { id: { any: 'thing' }, cause: 'disk-full' },
    { id: null, cause: 'disk-full' },
  ]);
  t.equal(answers.length, 7);
});

t.test('a table of events on standard input is one text: a page, the other pulls named at its end', async t => {
  const other = noHost.replaceAll('r.example', 's.example');
  const rows = ['LAST SEEN   TYPE      REASON   OBJECT      MESSAGE', `3m  Warning  Failed  pod/a-0  ${noHost}`];
  const page = await run([], [[...rows, `3m  Warning  Failed  pod/b-0  ${other}`, ''].join('\n')]);
  t.match(page, /^dns-failure {2}the node cannot resolve r\.example\n/);
  t.match(page, /\nAlso in this text, .*\n +s\.example\/a:1: dns-failure, .*\n +pullpath explain '3m {2}Warning/);
});

t.test('--ndjson and a text do not go together', async t => {
  await t.rejects(run([noHost], [], { ndjson: true }), { code: 'option-invalid' });
});

t.test('every labelled message is answered with its own id', async t => {
  const labelled = messages();
  const input = labelled.map(({ id, text }) => `${JSON.stringify({ id, text })}\n`);
  const answers = rows(await run([], input, { ndjson: true }));
  t.same(
    answers.map(({ id }) => id),
    labelled.map(({ id }) => id),
  );
  t.ok(answers.every(answer => 'cause' in answer));
});

t.test('bytes that are no text do not stop it', async t => {
  const answers = rows(
    await run([], [Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x1b, 0x5b, 0x33]), `\n${full}\n`], { json: true }),
  );
  t.same(
    answers.map(({ cause }) => cause),
    ['not-a-pull-failure', 'not-a-pull-failure', 'disk-full'],
  );
});
