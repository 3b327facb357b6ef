import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { aggregatorCommand } from '../../src/aggregator/command.ts';
import { parseOptions } from '../../src/lib/options.ts';
import { runProgram, startProgram } from './program.ts';
import { temporaryDirectory } from './sample.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

const runWith = (argv: string[]): Promise<number> => {
  const { values, rest } = parseOptions(aggregatorCommand.options, { argv, env: {}, readConfig: () => null });
  const signal = AbortSignal.abort();
  const { stdin, stdout, stderr } = process;
  return aggregatorCommand.run(values, rest, { stdin, stdout, stderr, signal, colour: false, width: 100 });
};

t.test('who may call is settled before anything is opened', async t => {
  const dir = temporaryDirectory(t);
  const tokens = join(dir, 'tokens');
  const data = `--data-dir=${join(dir, 'data')}`;
  writeFileSync(tokens, '0123456789abcdef\n');
  const cases: [string[], string, RegExp][] = [
    [['--listen=0.0.0.0:0'], 'option-invalid', /--auth none is for loopback only/],
    [['--listen=[::]:0'], 'option-invalid', /loopback/],
    [['--auth=token'], 'option-invalid', /needs --token-file/],
    [['--token-file', tokens], 'option-invalid', /--auth token/],
    [['--auth=token', '--token-file', dir], 'token-file-unreadable', /EISDIR/],
    [['--auth=token', '--token-file', `${tokens}-missing`], 'token-file-unreadable', /ENOENT/],
  ];
  for (const [argv, code, message] of cases)
    await t.rejects(async () => runWith([data, ...argv]), { code, message }, argv.join(' '));
  const open = ['--listen=0.0.0.0:0', '--auth=token', '--token-file', tokens, '--log-level=error'];
  t.equal(await runWith([data, ...open]), 0);
});

t.test('bad options end it with 2 and one line that names the option', async t => {
  for (const [flag, value] of [
    ['--listen', 'nowhere'],
    ['--stale-after', '1s'],
    ['--retention', '5'],
    ['--auth', 'magic'],
  ] as const) {
    t.throws(() => parseOptions(aggregatorCommand.options, { argv: [flag, value], env: {}, readConfig: () => null }), {
      code: 'option-invalid',
      message: new RegExp(`^${flag}: "${value}" is not allowed`),
    });
  }
  const { code, stderr } = await runProgram(['aggregator', '--stale-after=soon']);
  t.equal(code, 2);
  t.match(stderr, /^pullpath aggregator: --stale-after: "soon" is not allowed.*\n$/);
});

t.test('it ends with 0 when told to stop, and with 1 and one line when its address is taken', async t => {
  const dir = temporaryDirectory(t);
  const { child, port } = await startProgram(['--listen=127.0.0.1:0', `--data-dir=${dir}`]);
  const second = await runProgram(['aggregator', `--listen=127.0.0.1:${port}`, `--data-dir=${dir}`]);
  t.equal(second.code, 1);
  t.match(second.stderr, /^pullpath aggregator: --listen 127\.0\.0\.1:\d+ is taken .*\[address-in-use\]\n$/);
  child.kill('SIGTERM');
  t.same(await once(child, 'exit'), [0, null]);
});
