import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import type { Body } from '../../../src/aggregator/reading/body.ts';
import { readReport, type ReadReport } from '../../../src/aggregator/reading/read-report.ts';
import { ReportReader, startThread } from '../../../src/aggregator/reading/reader.ts';
import { limits } from '../../../src/model/limits.ts';
import { wayTo } from '../../scope/sample.ts';
import { until } from '../../house/until.ts';
import { sampleFinding, sampleFull, sampleHeartbeat, silentLog } from '../sample.ts';

const bodyOf = (value: unknown): Body => ({ bytes: Buffer.from(JSON.stringify(value)), isGzip: false });
const full = bodyOf(sampleFull({}, { checks: wayTo('reg.example'), findings: [sampleFinding()] }));
/** More than the rate from which on a thread reads, also where a second ends among them. */
const many = limits.readerFrom * 3;

type Held = { reader: ReportReader; threads: Worker[]; warnings: unknown[] };

/** A reader whose threads the test holds. */
const sampleReader = (t: Test, { open = startThread, idleMs }: { open?: () => Worker; idleMs?: number } = {}): Held => {
  const [threads, warnings]: [Worker[], unknown[]] = [[], []];
  const start = (): Worker => {
    const thread = open();
    threads.push(thread);
    return thread;
  };
  const reader = new ReportReader({ ...silentLog, warn: facts => warnings.push(facts) }, start, idleMs);
  // What listens keeps the program alive; a thread does not.
  const listening = setInterval(() => undefined, 1000);
  t.teardown(() => {
    clearInterval(listening);
    return reader.close();
  });
  return { reader, threads, warnings };
};

const readMany = (reader: ReportReader, body = full): Promise<ReadReport[]> =>
  Promise.all(Array.from({ length: many }, (_none, at) => reader.read(body, at)));

/** A reader whose thread has started. */
const busyReader = async (t: Test, idleMs?: number): Promise<Held & { thread: Worker }> => {
  const held = sampleReader(t, idleMs === undefined ? {} : { idleMs });
  await readMany(held.reader);
  const [thread] = held.threads;
  if (!thread) throw new Error('no thread was started');
  t.same(await once(thread, 'message'), ['ready']);
  return { ...held, thread };
};

const readIn = (thread: Worker): { count: number } => {
  const seen = { count: 0 };
  thread.on('message', () => (seen.count += 1));
  return seen;
};

t.test('few reports, and heartbeats however many, are read where they are asked for', async t => {
  const { reader, threads } = sampleReader(t);
  t.same(await reader.read(full, 7), readReport(full, 7));
  await readMany(reader, bodyOf(sampleHeartbeat({ seq: 2 }, 1)));
  t.same(threads, []);
});

t.test('many at a time are read by one thread, and say the same', async t => {
  const { reader, threads, thread } = await busyReader(t);
  const seen = readIn(thread);
  const view = Buffer.concat([Buffer.alloc(5), gzipSync(full.bytes, { level: 0 }), Buffer.alloc(7)]).subarray(5, -7);
  const large = Buffer.alloc(limits.readerBytes, ' ');
  const bodies: Body[] = [
    full,
    { bytes: view, isGzip: true },
    { bytes: large, isGzip: true },
    { bytes: large, isGzip: false },
    { bytes: gzipSync(Buffer.alloc(limits.reportBytes + 1)), isGzip: true },
    bodyOf({ ...sampleFull(), findings: 'x'.repeat(limits.readerBytes) }),
  ];
  for (const body of bodies) t.same(await reader.read(body, 7), readReport(body, 7));
  t.equal(seen.count, bodies.length);
  const all = await readMany(reader);
  t.same(
    all.map(read => read.ok && read.digest.at),
    Array.from({ length: many }, (_none, at) => at),
    'each has its own answer',
  );
  t.ok(seen.count - bodies.length <= limits.readerInHand, 'what is more than it may have in hand is read here');
  t.equal(threads.length, 1);
});

t.test('a body that is very large is read where it comes', async t => {
  const { reader, thread } = await busyReader(t);
  const seen = readIn(thread);
  const large = { bytes: Buffer.alloc(limits.readerMaxBytes + 1, ' '), isGzip: false };
  t.same(await reader.read(large, 7), readReport(large, 7));
  t.equal(seen.count, 0);
});

t.test('what a thread that dies had in hand is read here; another follows after a while', async t => {
  const { reader, threads, thread, warnings } = await busyReader(t, 300);
  const reading = readMany(reader);
  await thread.terminate();
  const all = await reading;
  t.equal(all.filter(read => read.ok).length, many);
  await readMany(reader);
  t.equal(threads.length, 1, 'not at once: what ended it may end the next');
  t.equal(warnings.length, 1);
  await until('another thread', async () => {
    await readMany(reader);
    return threads.length === 2;
  });
});

t.test('where no thread can be started, or it can read nothing, all is read here', async t => {
  const said = { first: Promise.resolve() };
  const running = (program: string) => (): Worker => {
    const thread = new Worker(program, { eval: true });
    said.first = new Promise(resolve => {
      thread.once('message', () => resolve());
      thread.once('exit', () => resolve());
    });
    return thread;
  };
  const refusing = (): Worker => {
    throw new Error('no more threads');
  };
  const broken = running('throw new Error("broken")');
  const faulty = running(`const { parentPort: port } = require('node:worker_threads');
    port.postMessage('ready');
    port.on('message', ({ number }) => port.postMessage({ number, read: null }))`);
  for (const [open, warned] of [
    [refusing, 1],
    [broken, 1],
    [faulty, 0],
  ] as const) {
    const { reader, warnings } = sampleReader(t, { open });
    t.equal((await readMany(reader)).filter(read => read.ok).length, many);
    await said.first;
    t.equal((await readMany(reader)).filter(read => read.ok).length, many);
    t.equal(warnings.length, warned);
  }
});

t.test('it ends when there is less to do', async t => {
  const { reader, threads, thread } = await busyReader(t, 200);
  await once(thread, 'exit');
  t.equal(threads.length, 1);
  await readMany(reader);
  t.equal(threads.length, 2, 'and comes again');
});

t.test('it ends with the reader', async t => {
  const { reader, thread } = await busyReader(t);
  const ended = once(thread, 'exit');
  await reader.close();
  await ended;
  t.pass();
});
