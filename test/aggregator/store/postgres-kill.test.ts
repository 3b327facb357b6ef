import { once } from 'node:events';
import t from 'tap';
import { whyNoPostgres } from '../../lab/postgres.ts';
import { startProgram } from '../program.ts';
import { holdsOnce, nameOf, serverFor, startLoad, until } from './replica-load.ts';

const skip = (await whyNoPostgres()) ?? false;
if (skip !== false) t.comment(`SKIPPED: ${skip}`);
t.setTimeout(290_000);

t.test('replicas and server killed with -9 under load: all that was acknowledged is there, once', { skip }, async t => {
  const server = await serverFor(t);
  const url = await server.database();
  const start = (port: number): ReturnType<typeof startProgram> =>
    startProgram([`--listen=127.0.0.1:${port}`, `--database-url=${url}`, '--log-level=info']);
  const replicas = [await start(0), await start(0)];
  t.teardown(() => replicas.forEach(({ child }) => child.kill('SIGKILL')));
  const ports = replicas.map(({ port }) => port);
  const load = startLoad(t, ports, 30);
  for (const victim of [0, 'server', 1, 'server', 0] as const) {
    const before = load.acknowledged;
    await until('some reports', () => load.acknowledged > before + 100);
    if (victim === 'server') {
      await server.kill();
      await server.start();
      continue;
    }
    const replica = replicas[victim];
    replica?.child.kill('SIGKILL');
    if (replica) await once(replica.child, 'exit');
    replicas[victim] = await start(ports[victim] ?? 0);
  }
  const last = await load.end();
  t.equal(last.size, 30);
  await holdsOnce(t, [server, nameOf(url)], last);
  t.ok(load.sent > load.acknowledged, 'some were sent again');
});
