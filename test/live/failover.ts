import t from 'tap';
import { request } from 'undici';
import { startProgram } from '../aggregator/program.ts';
import { holdsOnce, nameOf, serverFor, startLoad, until } from '../aggregator/store/replica-load.ts';
import { sampleFinding, sampleFull } from '../aggregator/sample.ts';
import { whyNoPostgres } from '../lab/postgres.ts';
import { openWay } from '../lab/way.ts';

t.setTimeout(290_000);

const skip = (await whyNoPostgres()) ?? false;

type Answer = { status: number; code: string | undefined; retryAfter: number };

const ask = async (port: number, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> => {
  const answer = await request(`http://127.0.0.1:${port}${path}`, {
    ...{ method, reset: true, headersTimeout: 60_000 },
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const { code } = (await answer.body.json()) as { code?: string };
  return { status: answer.statusCode, code, retryAfter: Number(answer.headers['retry-after'] ?? 0) };
};

const refused = { status: 503, code: 'store-unavailable' };

t.test(
  'a real failover under load: the standby answers questions, is promoted, and holds all that was acknowledged, once',
  { skip },
  async t => {
    const primary = await serverFor(t);
    const standby = await primary.standby();
    t.teardown(() => standby.stop());
    const way = await openWay(primary.port);
    t.teardown(() => way.close());
    const url = (await primary.database()).replace(`:${primary.port}/`, `:${way.port}/`);
    const start = (): ReturnType<typeof startProgram> =>
      startProgram(['--listen=127.0.0.1:0', `--database-url=${url}`]);
    const replicas = [await start(), await start()];
    t.teardown(() => replicas.forEach(({ child }) => child.kill('SIGKILL')));
    const ports = replicas.map(({ port }) => port);
    const [port = 0] = ports;
    const load = startLoad(t, ports, 20);
    await until('some reports', () => load.acknowledged > 200);

    await primary.kill();
    way.open(standby.port);
    const late = (seq: number): unknown =>
      sampleFull({ name: 'late', seq }, { findings: [sampleFinding({ id: 'f-late' })] });
    await until('the standby', async () => (await ask(port, 'GET', '/v1/nodes')).status === 200);
    const answer = await ask(port, 'POST', '/v1/reports', late(1));
    t.match(answer, refused, 'one that can only be read takes no report');
    t.ok(answer.retryAfter > 0);
    t.equal((await ask(port, 'GET', '/v1/nodes/node-0')).status, 200, 'and tells what it holds');
    t.same(await standby.query(`SELECT name FROM node WHERE name = 'late'`, nameOf(url)), []);

    await standby.query('SELECT pg_promote()');
    const before = load.acknowledged;
    await until('reports', () => load.acknowledged > before + 200);
    const last = await load.end();
    await holdsOnce(t, [standby, nameOf(url)], last);

    // One of the replicas leads again, without a hand.
    await until('the report', async () => (await ask(port, 'POST', '/v1/reports', late(2))).status < 300);
    const disk = sampleFinding({ id: 'f-disk', cause: 'disk-full', stage: 'unpack', owner: 'node', retry: 'never' });
    t.match(await ask(port, 'POST', '/v1/reports', sampleFull({ name: 'full-disk' }, { findings: [disk] })), {
      status: 202,
    });
    await until('an incident', async () => {
      const rows = await standby.query(`SELECT cause FROM incident WHERE cause = 'disk-full'`, nameOf(url));
      return rows.length > 0;
    });
  },
);

t.test(
  'a database far away, or one that says nothing any more: slow but right; refused in time, and well again by itself',
  { skip },
  async t => {
    const server = await serverFor(t);
    const way = await openWay(server.port);
    t.teardown(() => way.close());
    const url = (await server.database()).replace(`:${server.port}/`, `:${way.port}/`);
    const { child, port } = await startProgram(['--listen=127.0.0.1:0', `--database-url=${url}`]);
    t.teardown(() => child.kill('SIGKILL'));
    let seq = 0;
    const post = (): Promise<Answer> => ask(port, 'POST', '/v1/reports', sampleFull({ seq: (seq += 1) }));
    t.match(await post(), { status: 202 });

    way.open(server.port, 150);
    await until('a report over the slow way', async () => (await post()).status === 202);
    t.match(await ask(port, 'GET', '/v1/nodes'), { status: 200 });
    t.match(await ask(port, 'GET', '/v1/matrix'), { status: 200 });

    way.silence();
    const [write, read, health] = await Promise.all([
      post(),
      ask(port, 'GET', '/v1/nodes'),
      ask(port, 'GET', '/healthz'),
    ]);
    for (const answer of [write, read]) {
      t.match(answer, refused);
      t.ok(answer.retryAfter > 0);
    }
    t.equal(health.status, 200);
    t.match(await ask(port, 'GET', '/readyz'), refused);
    way.open(server.port);
    await until('its return', async () => (await post()).status === 202);
    await until('readiness', async () => (await ask(port, 'GET', '/readyz')).status === 200);

    const rows = await server.query('SELECT seen, reports FROM boot', nameOf(url));
    t.equal(rows.length, 1);
  },
);
