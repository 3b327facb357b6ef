import { Writable } from 'node:stream';
import t from 'tap';
import { startAggregator } from '../../src/aggregator/aggregator.ts';
import { nodesCommand } from '../../src/cli/nodes.ts';
import { parseOptions } from '../../src/lib/options.ts';
import { sampleFinding, sampleFull, silentLog, temporaryDirectory } from '../aggregator/sample.ts';

t.test('the command asks, filters, and ends as it was told', async t => {
  const running = await startAggregator({
    ...{ listen: { host: '127.0.0.1', port: 0 }, auth: { kind: 'none' } },
    database: { kind: 'sqlite', dataDir: temporaryDirectory(t) },
    ...{ staleAfterMs: 120_000, retentionMs: 1_000_000, maxBytes: 2 ** 30, log: silentLog },
  });
  t.teardown(() => running.stop());
  const server = `http://127.0.0.1:${running.address.port}`;
  const run = async (...argv: string[]): Promise<{ code: number; out: string; err: string }> => {
    const texts = { out: '', err: '' };
    const into = (name: 'out' | 'err'): Writable =>
      new Writable({ write: (chunk: Buffer, _encoding, done) => (done(), (texts[name] += chunk.toString())) });
    const given = { argv: [...argv, '--server', server], env: {}, readConfig: () => null };
    const { values, rest } = parseOptions(nodesCommand.options, given);
    const { signal } = new AbortController();
    const io = { stdin: process.stdin, stdout: into('out'), stderr: into('err'), signal, colour: false, width: 100 };
    return { code: await nodesCommand.run(values, rest, io), ...texts };
  };
  t.match(await run(), { code: 0, out: '', err: /No node has reported yet/ });
  const post = (report: unknown): Promise<Response> =>
    fetch(`${server}/v1/reports`, {
      ...{ method: 'POST', body: JSON.stringify(report), headers: { 'content-type': 'application/json' } },
    });
  const other = sampleFinding({ id: 'f-2', cause: 'rate-limited', registry: 'docker.io' });
  await post(sampleFull({ name: 'a' }, { findings: [sampleFinding(), other] }));
  await post(sampleFull({ name: 'b' }));
  t.match(await run(), { code: 0, out: /^a +failing .*2 +dns-failure \+1$[^]*^b +ok/m });
  t.match(await run('--fail'), { code: 1 });
  const filtered: [string[], RegExp | string][] = [
    [['--cause', 'rate-limited'], /^a +failing +\w+ +1 +rate-limited$/m],
    [['--registry', 'reg.example'], /^a +failing +\w+ +1 +dns-failure$/m],
    [['--since', '1h'], /^1 node: 1 failing$/m],
  ];
  for (const [argv, out] of filtered) t.match(await run(...argv, '--fail'), { code: 1, out }, argv.join(' '));
  t.match(await run('--cause', 'disk-full', '--fail'), { code: 0, out: '', err: /No node has such findings/ });
  t.match(await run('--since', '2099-01-01T00:00:00Z'), { code: 0, out: '', err: /No node has such findings/ });
  const json = await run('-o', 'json');
  t.match(JSON.parse(json.out), { items: [{ name: 'a', status: 'failing', errors: 2 }, { name: 'b' }], next: null });
  t.match(await run('-o', 'wide'), { out: /dns-failure, rate-limited +0\.1\.0 +uid-of-a$/m });
});

t.test('a filter that cannot hold is refused by name', t => {
  const parse = (argv: string[]): unknown =>
    parseOptions(nodesCommand.options, { argv, env: {}, readConfig: () => null });
  for (const [flag, value] of [
    ['--cause', 'bad-luck'],
    ['--since', 'yesterday'],
    ['--since', '2026-02-30T00:00'],
    ['--server', 'ftp://x'],
    ['--output', 'xml'],
  ] as const)
    t.throws(() => parse([flag, value]), { code: 'option-invalid', message: new RegExp(`^${flag}: "`) });
  t.end();
});
