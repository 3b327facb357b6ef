import t from 'tap';
import { driftCommand } from '../../src/cli/drift.ts';
import { runCommand, servedCluster } from './run-command.ts';

t.test('what differs is told of all nodes or of one', async t => {
  const { server } = await servedCluster(t);
  const run = (...argv: string[]) => runCommand(driftCommand, [...argv, '--server', server]);
  const { code, out } = await run();
  t.equal(code, 0);
  t.match(out, /^resolv\.conf +all +aaaaaaaaaaaa ×9 +bbbbbbbbbbbb +\S+ +node-7$/m);
  t.match(out, /^ca:docker\.io +all +cccccccccccc ×8 +none +\S+ +node-0, node-1$/m);
  t.match((await run('node-1')).out, /^1 setting /m);
  t.equal((await run('--fail')).code, 1);
  t.match(await run('node-3', '--fail'), { code: 0, out: '', err: /node-3 differs in nothing/ });
  await t.rejects(run('node-99'), { code: 'not-found' });
  t.match(JSON.parse((await run('-o', 'json')).out), { items: [{ trait: 'resolv.conf' }, {}], next: null });
});
