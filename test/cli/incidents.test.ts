import t from 'tap';
import { incidentsCommand } from '../../src/cli/incidents.ts';
import { kubectlTo } from './fake-kubectl.ts';
import { runCommand, servedCluster } from './run-command.ts';

t.test('the open incidents are listed, narrowed, and end with 1 where --fail asks', async t => {
  const { server } = await servedCluster(t);
  const run = (...argv: string[]) => runCommand(incidentsCommand, [...argv, '--server', server]);
  const all = await run();
  t.match(all, { code: 0, err: '' });
  t.match(all.out, /^SINCE +STATE +SCOPE +CAUSE +WHERE +PODS\n/);
  t.match(all.out, /2 nodes no ca:docker\.io +tls-unknown-authority +mirror\.example/);
  t.match(all.out, /\n2 incidents open, /);
  t.match(await run('--cause=tag-not-found', '--fail'), { code: 1, out: /^1 incident open/m });
  t.match(await run('--cause', 'disk-full', '--fail'), { code: 0, out: '', err: /There is no such incident/ });
  t.match(await run('--registry', 'docker.io'), { out: /^1 incident open/m });
  t.match(await run('--since', '2099-01-01T00:00:00Z'), { out: '' });
  const { items } = JSON.parse((await run('-o', 'json')).out) as { items: unknown[] };
  t.equal(items.length, 2);
  t.match(items, [{ id: String, scope: { evidence: { tried: Number } } }, {}]);
});

t.test('through kubectl it is the same', async t => {
  const { server } = await servedCluster(t);
  const { asked } = kubectlTo(t, server);
  const direct = await runCommand(incidentsCommand, ['--server', server, '-o', 'json']);
  const through = await runCommand(incidentsCommand, ['-o', 'json', '-n', 'other'], { plugin: true });
  t.same(JSON.parse(through.out), JSON.parse(direct.out));
  t.match(asked(), [
    [
      'get',
      '--raw',
      /^\/api\/v1\/namespaces\/other\/services\/https:pullpath-aggregator:proxy\/proxy\/v1\/incidents\?limit=500$/,
    ],
  ]);
});

t.test('where nothing is broken it says so, without claiming that all is heard', async t => {
  const { sampleServer } = await import('../aggregator/sample.ts');
  const server = await sampleServer(t).app.listen({ host: '127.0.0.1', port: 0 });
  const ran = await runCommand(incidentsCommand, ['--fail', '--server', server]);
  t.match(ran, { code: 0, out: '', err: /No incident is open; pullpath nodes tells/ });
});
