import { once } from 'node:events';
import t from 'tap';
import type { Leader } from '../../../src/aggregator/store/records.ts';
import { migrations } from '../../../src/aggregator/store/migrations.ts';
import { whyNoPostgres } from '../../lab/postgres.ts';
import { accept, sampleFull } from '../sample.ts';
import { findingsOf, nameOf, openOn, reportOf, serverFor, until } from './replica-load.ts';

const skip = (await whyNoPostgres()) ?? false;
if (skip !== false) t.comment(`SKIPPED: ${skip}`);
t.setTimeout(290_000);

const unavailable = { code: 'store-unavailable' };

t.test('two replicas that start together make the schema once; a newer one is refused', { skip }, async t => {
  const server = await serverFor(t);
  const url = await server.database();
  await Promise.all([openOn(t, url), openOn(t, url), openOn(t, url)]);
  const read = (): Promise<unknown> => server.query('SELECT version FROM schema_version', nameOf(url));
  t.same(await read(), [{ version: migrations.length }]);
  await server.query('UPDATE schema_version SET version = 99', nameOf(url));
  await t.rejects(openOn(t, url), { code: 'database-newer', message: /schema 99/ });
  t.same(await read(), [{ version: 99 }]);
});

t.test('a server that lets us not in is said at the start, without the password', { skip }, async t => {
  const server = await serverFor(t);
  const url = await server.database();
  const wrong = [url.replace(/:[^:@]+@/, ':wr0ngwr0ng@'), url.replace('store_1', 'nothere')];
  for (const one of wrong) {
    const error = (await openOn(t, one).catch((fault: unknown) => fault)) as Error;
    t.match(error, { code: 'database-refused', message: /check user, password and database/ });
    t.notMatch(error.message, /wr0ng|p@ss/);
  }
});

t.test('the same reports at two replicas at once are stored once', { skip }, async t => {
  const url = await (await serverFor(t)).database();
  const replicas = [await openOn(t, url), await openOn(t, url)];
  const names = Array.from({ length: 30 }, (_, index) => `node-${index}`);
  const stored = new Map<string, number>();
  for (let seq = 1; seq <= 7; seq += 1)
    await Promise.all(
      replicas.flatMap((replica, index) =>
        (index === 0 ? names : names.toReversed()).map(async name => {
          const answer = await accept(replica, reportOf(name, seq), 1000 + seq);
          const key = `${name} ${seq}`;
          stored.set(key, (stored.get(key) ?? 0) + Number(answer.stored));
        }),
      ),
    );
  t.equal(stored.size, 30 * 7);
  t.same(
    [...stored].filter(([, count]) => count !== 1),
    [],
    'of two answers one says stored',
  );
  const query = { node: null, registry: null, cause: null, image: null, namespace: null, since: null, before: null };
  const page = await replicas[0]?.findings({ ...query, state: 'all', limit: 500 });
  t.same(page?.items.map(({ id }) => id).sort(), names.flatMap(name => findingsOf(name, 7)).sort());
  t.equal((await replicas[1]?.changedSince(0, 1000))?.length, 30);
});

t.test(
  'a pull asked for at one replica is told by whichever the node reports to, by one of them',
  { skip },
  async t => {
    const url = await (await serverFor(t)).database();
    const [asked, other, third] = [await openOn(t, url), await openOn(t, url), await openOn(t, url)];
    const names = Array.from({ length: 20 }, (_, index) => `node-${index}`);
    for (const name of names) await accept(other, sampleFull({ name, seq: 1 }), 100);
    const images = ['reg.example/a:1', 'reg.example/b:1'];
    const uids = names.map(name => `uid-of-${name}`);
    const answers = await Promise.all([
      asked.askRetry('reg.example/a:1', uids, 100),
      third.askRetry('reg.example/b:1', uids.toReversed(), 100),
    ]);
    t.same(answers, [true, true]);
    const told = new Map<string, string[]>();
    const reports = (store: typeof other, seq: number, order: string[]): Promise<void>[] =>
      order.map(async name => {
        const { retry = [] } = await accept(store, sampleFull({ name, seq }), 200);
        told.set(name, [...(told.get(name) ?? []), ...retry]);
      });
    await Promise.all([...reports(other, 2, names), ...reports(third, 3, names.toReversed())]);
    for (const name of names) t.same(told.get(name)?.sort(), images, name);
  },
);

t.test('one replica leads; another takes over, and the first can write no more', { skip }, async t => {
  const server = await serverFor(t);
  const url = await server.database();
  const ended = new AbortController();
  const leaders: { name: string; leader: Leader; at: number }[] = [];
  const lead = async (name: string): Promise<void> => {
    const store = await openOn(t, url);
    await store.lead(ended.signal, async leader => {
      leaders.push({ name, leader, at: Date.now() });
      if (!leader.signal.aborted) await once(leader.signal, 'abort');
    });
  };
  const running = [lead('a'), lead('b')];
  await until('a leader', () => leaders.length === 1);
  const [first] = leaders;
  const lost = Date.now();
  await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pullpath leader'
    AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')`);
  await until('the next leader', () => leaders.length >= 2);
  t.equal(first?.leader.signal.aborted, true);
  await t.rejects(first?.leader.saveIncidents([], 1) ?? Promise.resolve(), unavailable);
  const second = leaders.at(-1);
  t.equal(second?.leader.signal.aborted, false);
  t.comment(`taken over after ${(second?.at ?? 0) - lost} ms`);
  await server.kill();
  await until('the loss', () => second?.leader.signal.aborted === true);
  await server.start();
  const before = leaders.length;
  await until('a leader after the crash', () => leaders.length > before);
  t.equal(leaders.filter(({ leader }) => !leader.signal.aborted).length, 1, 'one leads');
  ended.abort();
  await Promise.all(running);
});

t.test('absent, stopped, read-only and hanging: refused for now, and well again by itself', { skip }, async t => {
  const server = await serverFor(t);
  const url = await server.database();
  await server.kill();
  const store = await openOn(t, url);
  await t.rejects(accept(store, sampleFull({ seq: 1 }), 100), unavailable, 'absent at the start');
  await t.rejects(store.ping(), unavailable);
  await server.start();
  t.same(await accept(store, sampleFull({ seq: 1 }), 100), { stored: true, resync: false });

  await server.shutdown();
  await t.rejects(accept(store, sampleFull({ seq: 2 }), 200), unavailable, 'stopped');
  await server.start();
  t.match(await accept(store, sampleFull({ seq: 2 }), 200), { stored: true });

  const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pullpath'`;
  await server.query(`ALTER DATABASE ${nameOf(url)} SET default_transaction_read_only = on`);
  await server.query(cut);
  await until('read-only', () =>
    accept(store, sampleFull({ seq: 3 }), 300).then(
      () => false,
      (error: unknown) => /read-only/.test(String(error)) && (t.match(error, unavailable), true),
    ),
  );
  t.match(await store.node('node-1', { now: 300, staleAfterMs: 1000 }), { lastSeen: 200 }, 'it can still be read');
  await server.query(`ALTER DATABASE ${nameOf(url)} RESET default_transaction_read_only`);
  await until('well again', () =>
    accept(store, sampleFull({ seq: 3 }), 300).then(
      () => true,
      () => false,
    ),
  );

  const locked = server.query('BEGIN; LOCK TABLE node; SELECT pg_sleep(60)', nameOf(url)).catch(() => undefined);
  await until('the lock', async () => {
    const held = await server.query(`SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock'`, nameOf(url));
    return held.length > 0;
  });
  await t.rejects(accept(store, sampleFull({ seq: 4 }), 400), unavailable, 'hanging');
  await server.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()`,
  );
  await locked;
  t.match(
    await accept(store, sampleFull({ seq: 4 }), 400),
    { stored: true },
    'and nothing of the refused one was stored',
  );
});
