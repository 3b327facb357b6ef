import t from 'tap';
import { matrixCommand } from '../../src/cli/matrix.ts';
import { sampleServer } from '../aggregator/sample.ts';
import { runCommand, servedCluster } from './run-command.ts';

t.test('nodes × hosts, of all registries or one', async t => {
  const { server } = await servedCluster(t);
  const run = (...argv: string[]) => runCommand(matrixCommand, [...argv, '--server', server]);
  const { code, out } = await run();
  t.equal(code, 0);
  t.match(out, /^NODE +1 +2 +3\nnode-0 +TLS /);
  t.match(out, /^1 +mirror\.example for docker\.io {2}fails for 2, passes for 8 nodes$/m);
  t.equal((await run('--fail')).code, 1);
  t.match(await run('--registry', 'reg.example', '--fail'), { code: 0, out: /^node-9 +ok$/m });
  t.match(JSON.parse((await run('-o', 'json')).out), { items: { length: 10 }, next: null });
  t.match(await run('--registry', 'none.example'), {
    code: 0,
    out: '',
    err: /No node has walked the path to none\.example;/,
  });
  t.match(JSON.parse((await run('--registry', 'none.example', '-o', 'json')).out), { items: { length: 10 } });
});

t.test('where no node has walked, that is told', async t => {
  const server = await sampleServer(t).app.listen({ host: '127.0.0.1', port: 0 });
  t.match(await runCommand(matrixCommand, ['--server', server]), { code: 0, out: '', err: /No node has walked/ });
});
