import t from 'tap';
import { imageCommand } from '../../src/cli/image.ts';
import { runCommand, servedCluster } from './run-command.ts';

t.test('an image is asked for in any spelling: where it fails and where it pulls', async t => {
  const { server } = await servedCluster(t);
  const run = (...argv: string[]) => runCommand(imageCommand, [...argv, '--server', server]);
  const nginx = await run('nginx:1');
  t.equal(nginx.code, 0);
  t.match(nginx.out, /^docker\.io\/library\/nginx:1\nfails on 2 nodes, pulls on 1\nfails on {2}node-0, node-1\n/);
  t.match(nginx.out, /^why +tls-unknown-authority: /m);
  t.equal((await run('nginx:1', '--fail')).code, 1);
  t.match(JSON.parse((await run('nginx:1', '-o', 'json')).out), {
    image: 'docker.io/library/nginx:1',
    failed: { count: 2 },
  });
  await t.rejects(run('never/heard:1'), { code: 'not-found', message: /no node has tried never\/heard:1/ });
  await t.rejects(run(), { code: 'option-invalid' });
  await t.rejects(run('Not An Image'), { code: 'option-invalid', message: /is no image reference/ });
});
