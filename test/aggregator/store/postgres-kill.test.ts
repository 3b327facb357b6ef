import { once } from 'node:events';
import t from 'tap';
import { Agent, request } from 'undici';
import { whyNoPostgres } from '../../lab/postgres.ts';
import { startProgram } from '../program.ts';
import { findingsOf, nameOf, reportOf, serverFor, until } from './replica-load.ts';

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
  const dispatcher = new Agent({ connections: 40, pipelining: 1 });
  t.teardown(() => dispatcher.destroy());
  const load = { stop: false, acknowledged: 0, sent: 0 };
  const post = async (port: number, body: string): Promise<boolean> => {
    try {
      const answer = await request(`http://127.0.0.1:${port}/v1/reports`, {
        ...{ method: 'POST', dispatcher, body, headers: { 'content-type': 'application/json' } },
        ...{ headersTimeout: 20_000, bodyTimeout: 20_000 },
      });
      await answer.body.dump();
      return answer.statusCode === 200 || answer.statusCode === 202;
    } catch {
      return false;
    }
  };
  const runAgent = async (name: string, index: number): Promise<number> => {
    for (let seq = 1; ; seq += 1) {
      const body = JSON.stringify(reportOf(name, seq));
      // As behind a service: the next try may meet the other replica.
      for (let done = false; !done; index += 1) {
        load.sent += 1;
        done = await post(ports[index % 2] ?? 0, body);
        if (!done) await new Promise(resolve => setTimeout(resolve, 100));
      }
      load.acknowledged += 1;
      if (load.stop) return seq;
    }
  };
  const names = Array.from({ length: 30 }, (_, index) => `node-${index}`);
  const running = names.map(runAgent);
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
  load.stop = true;
  const last = await Promise.all(running);
  const rows = await server.query(
    'SELECT node.name, boot.seen, boot.reports FROM node JOIN boot ON boot.node_id = node.id',
    nameOf(url),
  );
  t.same(
    rows.map(row => `${String(row['name'])}: ${String(row['seen'])}, ${String(row['reports'])} stored`).sort(),
    names.map((name, index) => `${name}: 1-${last[index]}, ${last[index]} stored`).sort(),
  );
  const found = await server.query('SELECT finding_id, closed_at FROM finding', nameOf(url));
  t.same(
    found.map(row => String(row['finding_id'])).sort(),
    names.flatMap((name, index) => findingsOf(name, last[index] ?? 0)).sort(),
    'what every full report said, once',
  );
  t.equal(found.filter(row => row['closed_at'] === null).length, names.length);
  t.comment({ ...load, reports: last.reduce((sum, seq) => sum + seq, 0) });
  t.ok(load.sent > load.acknowledged, 'some were sent again');
});
