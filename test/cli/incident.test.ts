import t from 'tap';
import { incidentCommand } from '../../src/cli/incident.ts';
import { incidentsCommand } from '../../src/cli/incidents.ts';
import { kubectlTo } from './fake-kubectl.ts';
import { runCommand, servedCluster } from './run-command.ts';

t.test('an incident is told with its evidence and one of its findings', async t => {
  const { server } = await servedCluster(t);
  const list = await runCommand(incidentsCommand, ['--server', server, '-o', 'json', '--cause=tls-unknown-authority']);
  const [one] = (JSON.parse(list.out) as { items: { id: string }[] }).items;
  const id = one?.id ?? '';
  const run = (...argv: string[]) => runCommand(incidentCommand, [...argv, '--server', server]);
  const { code, out } = await run(id);
  t.equal(code, 0);
  t.match(out, new RegExp(`^${id} {2}tls-unknown-authority {2}`));
  t.match(out, /^evidence {2}tried 10: failed 2, passed 8; not tested 0$/m);
  t.match(out, /^share +no ca:docker\.io: 2 of 2 failing, 0 of 8 passing$/m);
  t.match(out, /^example +on node-[01]: /m);
  t.match(out, /^checklist /m);
  t.match(JSON.parse((await run(id, '-o', 'json')).out), { id, findingItems: [{}, {}] });
  t.equal((await run(id, '--fail')).code, 1);
  await t.rejects(run('i-none'), { code: 'not-found', message: /i-none/ });
  await t.rejects(run(), { code: 'option-invalid', message: /incident ID/ });
  kubectlTo(t, server);
  t.equal((await runCommand(incidentCommand, [id, '--kubectl'])).out.split('\n')[0], out.split('\n')[0]);
  await t.rejects(runCommand(incidentCommand, ['i-none', '--kubectl']), { code: 'not-found' });
});
