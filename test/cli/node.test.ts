import { Writable } from 'node:stream';
import t from 'tap';
import { nodeCommand } from '../../src/cli/node.ts';
import { accept, sampleFinding, sampleFull, sampleServer } from '../aggregator/sample.ts';
import { runCommand, servedCluster } from './run-command.ts';
import { sampleWorkload } from './sample-workload.ts';
import { parseOptions } from '../../src/lib/options.ts';
import type { ReportedCheck } from '../../src/model/check.ts';

const checks: ReportedCheck[] = [
  {
    id: 'tcp.connect',
    stage: 'tcp',
    outcome: 'pass',
    code: null,
    ms: 1,
    detail: '',
    registry: 'r.test',
    host: 'r.test',
  },
];

t.test('the command prints the node or its JSON, and ends with 1 where --fail asks', async t => {
  const { app, store } = sampleServer(t);
  await accept(store, sampleFull({}, { findings: [sampleFinding()], checks }), 1_000_000);
  const server = await app.listen({ host: '127.0.0.1', port: 0 });
  const run = async (...argv: string[]): Promise<{ code: number; out: string }> => {
    let out = '';
    const stdout = new Writable({ write: (chunk: Buffer, _encoding, done) => (done(), (out += chunk.toString())) });
    const given = { argv: [...argv, '--server', server], env: {}, readConfig: () => null };
    const { values, rest } = parseOptions(nodeCommand.options, given);
    const { signal } = new AbortController();
    const io = { stdin: process.stdin, stdout, stderr: process.stderr, signal, colour: false, width: 100 };
    return { code: await nodeCommand.run(values, rest, io), out };
  };
  t.match(await run('node-1'), { code: 0, out: /^1\/1 {2}dns-failure/m });
  t.match(await run('uid-of-node-1', '--fail'), { code: 1 });
  t.match(JSON.parse((await run('node-1', '-o', 'json')).out), {
    ...{ name: 'node-1', findings: [{ id: 'f-1' }] },
    reachability: [{ registry: 'r.test', stages: { length: 9 } }],
  });
  t.match((await run('node-1')).out, /^r\.test .*ok/m);
  await t.rejects(run('node-2'), { code: 'not-found', message: /node-2/ });
  await t.rejects(run('a/../b?c'), { code: 'not-found' });
  await t.rejects(run(), { code: 'option-invalid', message: /NAME/ });
});

t.test('a finding is shown with how far it reaches, its incident, and what the cluster says of its pods', async t => {
  const { server } = await servedCluster(t);
  const { out } = await runCommand(nodeCommand, ['node-0', '--server', server]);
  t.match(
    out.replace(/\n +/g, ' '),
    /scope +2 nodes no ca:docker\.io: tried 10: failed 2, passed 8; not tested 0; pullpath incident i-[0-9a-f]{16}/,
  );
  const checked = sampleServer(t, { checkWorkloads: () => Promise.resolve([sampleWorkload()]) });
  await accept(checked.store, sampleFull({}, { findings: [sampleFinding()] }), 1_000_000);
  const url = await checked.app.listen({ host: '127.0.0.1', port: 0 });
  const told = await runCommand(nodeCommand, ['node-1', '--server', url]);
  t.match(told.out, /^ {5}workload +prod\/api-1 of Deployment api: no-secret: /m);
});
