import { gunzipSync, gzipSync } from 'node:zlib';
import { join } from 'node:path';
import t from 'tap';
import { Poster } from '../../src/agent/post.ts';
import { Sender } from '../../src/agent/sender.ts';
import { Spool } from '../../src/agent/spool.ts';
import type { FullReport, Heartbeat, Report } from '../../src/model/report.ts';
import { keepLog, temporaryDirectory } from './fixture.ts';
import { until } from '../house/until.ts';
import { startSink, taken, type Answer, type Sink } from './sink.ts';

const head = (seq: number) => ({
  schema: 'pullpath.report/1' as const,
  node: { name: 'n', uid: 'u', bootId: 'b' },
  ...{ seq, sentAt: 1, agent: { version: '0' }, dropped: { reports: 0, lines: 0, pulls: 0 } },
});
const fullOf = (seq: number, pulls = 0): FullReport => ({
  ...head(seq),
  kind: 'full',
  ...{ runtime: null, checks: [], findings: [], retries: [] },
  pulls: Array.from({ length: pulls }, (_, index) => ({
    ...{ image: 'x.test/y:1', namespace: 'd', pod: `p${index}`, podUid: null, container: 'c', reason: 'ErrImagePull' },
    ...{ textCause: 'other', message: 'm'.repeat(2000), attempts: 1, firstSeen: 1, lastSeen: 1, nextAttemptAt: null },
  })),
});
const beatOf = (seq: number): Heartbeat => ({ ...head(seq), kind: 'heartbeat', fullSeq: 1 });

/** A sender on a spool of its own; one that does not run sends only what it is told to flush. */
const start = async (t: { teardown: (undo: () => Promise<void>) => void }, sink: Sink, runs = true) => {
  const { path, remove } = await temporaryDirectory();
  const log = keepLog();
  const counts = { dropped: 0, resyncs: 0, maxBytes: 0 };
  const onDropped = (count: number): void => void (counts.dropped += count);
  const spool = await Spool.open({ directory: join(path, 'spool'), maxBytes: 10_000_000, log, onDropped });
  const poster = new Poster({ url: sink.url, tokenFile: null, caFile: null });
  const sender = new Sender({
    ...{ spool, log },
    post: (body, signal) => poster.post(body, signal),
    onResync: () => void (counts.resyncs += 1),
    onTooLarge: maxBytes => void (counts.maxBytes = maxBytes),
  });
  const stop = new AbortController();
  const running = sender.run(runs ? stop.signal : AbortSignal.abort());
  t.teardown(async () => {
    stop.abort();
    await running;
    poster.close();
    await sink.close();
    await remove();
  });
  const add = async (report: Report): Promise<void> => {
    await spool.add({ seq: report.seq, kind: report.kind, body: gzipSync(JSON.stringify(report)) });
    sender.notify();
  };
  return { spool, log, counts, add, sender };
};

t.test('reports go in order, one at a time, and leave the spool once they are stored', async t => {
  const sink = await startSink(() => taken);
  const { spool, add } = await start(t, sink);
  for (let seq = 1; seq <= 20; seq += 1) await add(fullOf(seq));
  await until('all', () => spool.count === 0);
  t.same(
    sink.stored.map(report => report.seq),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});

t.test('nothing is lost and the order stays while the aggregator fails in every way', async t => {
  const failures: Answer[] = [
    { status: 500 },
    { status: 503, headers: { 'retry-after': '0' } },
    { status: 429, body: { code: 'slow-down' } },
    'drop',
    { status: 408 },
  ];
  const sink = await startSink(count => failures[count] ?? taken);
  const { spool, log, counts, add } = await start(t, sink);
  await add(fullOf(1));
  await add(fullOf(2));
  await until('both', () => spool.count === 0);
  t.same(
    sink.requests.map(request => request.report.seq),
    [1, 1, 1, 1, 1, 1, 2],
  );
  t.equal(counts.dropped, 0);
  t.ok(log.lines.filter(({ level }) => level === 'warn').length <= failures.length, 'each trouble is said once');
  t.match(log.lines.at(-1), { level: 'info', message: /again/ });
});

t.test('an aggregator that comes late gets all of it', async t => {
  const first = await startSink(() => taken);
  const port = Number(first.url.port);
  await first.close();
  const { spool, log, add } = await start(t, first);
  await add(fullOf(1));
  await add(fullOf(2));
  await until('the complaint', () => log.lines.some(({ facts }) => facts['code'] === 'ECONNREFUSED'));
  t.equal(spool.count, 2);
  const second = await startSink(() => taken, port);
  t.teardown(second.close);
  await until('both', () => spool.count === 0);
  t.same(
    second.stored.map(report => report.seq),
    [1, 2],
  );
});

t.test('a refused report is set aside and counted, and the next one goes', async t => {
  const problem = { code: 'report-invalid', detail: 'pulls: must be an array' };
  const sink = await startSink(count => (count === 0 ? { status: 400, body: problem } : taken));
  const { spool, log, counts, add } = await start(t, sink);
  await add(fullOf(1));
  await add(fullOf(2));
  await until('the second', () => sink.stored.length === 1 && spool.count === 0);
  t.equal(sink.stored[0]?.seq, 2);
  t.equal(counts.dropped, 1);
  t.match(log.lines[0], { level: 'error', facts: { status: 400, code: 'report-invalid', seq: 1 } });
});

t.test('a refused token loses nothing: it is said, and tried again patiently', async t => {
  for (const status of [401, 403, 404]) {
    const sink = await startSink(() => ({ status, body: { code: 'token-refused' } }));
    const { spool, log, add } = await start(t, sink);
    await add(fullOf(1));
    await until('the complaint', () => log.lines.length > 0);
    await new Promise(resolve => setTimeout(resolve, 1000));
    t.equal(sink.requests.length, 1, `${status}: no storm`);
    t.equal(spool.count, 1);
    t.match(log.lines, [{ level: 'warn', facts: { status, code: 'token-refused' } }]);
  }
});

t.test('a report that is too large is sent smaller, until it fits', async t => {
  const limit = 40_000;
  const sink = await startSink((_count, report) => (JSON.stringify(report).length > limit ? { status: 413 } : taken));
  const { spool, log, counts, add } = await start(t, sink);
  await add(fullOf(1, 100));
  await until('it', () => spool.count === 0);
  t.ok(sink.requests.length <= 5, `${sink.requests.length} requests`);
  t.equal(sink.stored.length, 1);
  t.equal(counts.dropped, 0);
  t.ok(counts.maxBytes > 0 && counts.maxBytes < 200_000);
  t.match(log.lines[0], { level: 'warn', message: /too large/ });
});

t.test('an aggregator that finds everything too large makes no loop', async t => {
  const sink = await startSink(() => ({ status: 413 }));
  const { spool, counts, add } = await start(t, sink);
  await add(fullOf(1, 100));
  await add(beatOf(2));
  await until('both set aside', () => spool.count === 0);
  t.equal(counts.dropped, 2);
  t.ok(sink.requests.length < 12, `${sink.requests.length} requests`);
});

t.test('a report that the disk spoilt is set aside when it is refused', async t => {
  const requests: string[] = [];
  const { path, remove } = await temporaryDirectory();
  t.teardown(remove);
  const log = keepLog();
  const spool = await Spool.open({ directory: join(path, 's'), maxBytes: 1000, log, onDropped: () => undefined });
  const sender = new Sender({
    ...{ spool, log, onResync: () => undefined, onTooLarge: () => undefined },
    post: body => {
      requests.push(body.toString('latin1'));
      return Promise.resolve({ kind: 'answer', status: 413, body: '', retryAfterMs: null });
    },
  });
  await spool.add({ seq: 1, kind: 'full', body: Buffer.from('no gzip') });
  await sender.flush(AbortSignal.timeout(5000));
  t.equal(spool.count, 0);
  t.equal(requests.length, 1);
});

t.test('a heartbeat of an unknown full report asks for a full one; a full one never does', async t => {
  const sink = await startSink(() => ({ status: 202, body: { stored: true, resync: true } }));
  const { spool, counts, add } = await start(t, sink);
  await add(fullOf(1));
  await until('the full', () => spool.count === 0);
  t.equal(counts.resyncs, 0);
  await add(beatOf(2));
  await until('the resync', () => counts.resyncs > 0);
  t.equal(counts.resyncs, 1);
});

t.test('flush sends what waits, and gives up on an aggregator that does not answer', async t => {
  const sink = await startSink(() => 'hang');
  // As at a stop: what was being sent has ended, and its connection with it.
  const { spool, add, sender } = await start(t, sink, false);
  await add(fullOf(1));
  await sender.flush(AbortSignal.timeout(200));
  t.equal(spool.count, 1);
  const body = (await spool.next())?.body ?? Buffer.alloc(0);
  t.match(JSON.parse(gunzipSync(body).toString()), { seq: 1 });
});
