import { EventEmitter } from 'node:events';
import { mock } from 'node:test';
import t from 'tap';
import type { StoredEvent } from '../../src/aggregator/store/records.ts';
import { Streams } from '../../src/aggregator/streams.ts';
import { limits } from '../../src/model/limits.ts';

const event = (id: number): StoredEvent => ({ id, kind: 'finding.opened', at: 1, body: { id: `f-${id}` } });

/** A log of events in memory; `dropped` are not kept any more. */
const logOf = (ids: number[], dropped = 0) => {
  const listeners = new Set<() => void>();
  const events = ids.map(event);
  const asked: number[] = [];
  return {
    asked,
    add: (id: number): void => {
      events.push(event(id));
      for (const listener of listeners) listener();
    },
    eventsAfter: (id: number, limit: number) => {
      asked.push(id);
      const page = events.filter(one => one.id > Math.max(id, dropped)).slice(0, limit);
      return Promise.resolve({ events: page, missed: id < dropped });
    },
    lastEvent: () => Promise.resolve(events.at(-1)?.id ?? 0),
    watch: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

/** A reader that takes what it is sent, or nothing. */
class Reader extends EventEmitter {
  text = '';
  destroyed = false;
  writableEnded = false;
  readonly takes: boolean;
  constructor(takes = true) {
    super();
    this.takes = takes;
  }
  write(text: string): boolean {
    this.text += text;
    this.emit('wrote');
    return this.takes;
  }
  end(): this {
    this.writableEnded = true;
    return this;
  }
  destroy(): this {
    this.destroyed = true;
    this.emit('close');
    return this;
  }
  get ids(): string[] {
    return [...this.text.matchAll(/^id: (\d+)\nevent: finding/gm)].map(([, id = '']) => id);
  }
}

type Sink = Parameters<Streams['serve']>[1];
const serve = (streams: Streams, reader: Reader, after: number | null, caller = 'a'): Promise<void> =>
  streams.serve(caller, reader as unknown as Sink, after);

/** Not by a timer, since some tests hold the clock. */
const until = async (isSo: () => boolean): Promise<void> => {
  const end = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${String(isSo)}`);
    await new Promise(resolve => setImmediate(resolve));
  }
};

t.test('a reader gets what comes after, one that comes back what it missed, and none gets an event twice', async t => {
  const log = logOf([1, 2, 3]);
  const streams = new Streams(log);
  const [fresh, back] = [new Reader(), new Reader()];
  const running = [serve(streams, fresh, null), serve(streams, back, 1)];
  await until(() => back.ids.length === 2);
  t.match(fresh.text, /^retry: \d+\nid: 3\n\n$/);
  log.add(4);
  await until(() => fresh.ids.length === 1 && back.ids.length === 3);
  t.same([fresh.ids, back.ids], [['4'], ['2', '3', '4']]);
  t.equal(log.asked.filter(id => id === 3).length <= 3, true, 'readers at the end share what is read');
  streams.close();
  await Promise.all(running);
  t.ok(fresh.writableEnded && back.writableEnded);
  t.equal(streams.count, 0);
  t.ok(streams.isFull('a'), 'none is taken any more');
});

t.test('who comes back too late, or from another database, is told to read all anew', async t => {
  const log = logOf([5, 6], 4);
  const streams = new Streams(log);
  const [late, foreign] = [new Reader(), new Reader()];
  const running = [serve(streams, late, 2), serve(streams, foreign, 99)];
  await until(() => late.text.includes('missed') && foreign.text.includes('missed'));
  log.add(7);
  await until(() => late.ids.length === 1 && foreign.ids.length === 1);
  t.same([late.ids, foreign.ids], [['7'], ['7']]);
  streams.close();
  await Promise.all(running);
});

t.test('a long log comes in pages', async t => {
  const ids = Array.from({ length: limits.streamPage * 2 + 5 }, (_, at) => at + 1);
  const streams = new Streams(logOf(ids));
  const reader = new Reader();
  const running = serve(streams, reader, 0);
  await until(() => reader.ids.length >= ids.length);
  t.same(reader.ids, ids.map(String));
  streams.close();
  await running;
});

t.test('a reader that takes nothing is dropped, and one whose time is up is ended', async t => {
  const streams = new Streams(logOf([1]));
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const [slow, patient] = [new Reader(false), new Reader()];
  const running = [serve(streams, slow, 0), serve(streams, patient, 0)];
  await until(() => slow.text !== '' && patient.ids.length === 1);
  mock.timers.tick(limits.streamSlowMs);
  await running[0];
  t.ok(slow.destroyed && !slow.writableEnded);
  t.equal(streams.count, 1);
  mock.timers.tick(limits.streamMs);
  await running[1];
  t.ok(patient.writableEnded && !patient.destroyed);
});

t.test('one reader has a few streams and no more, and a reader that leaves makes room', async t => {
  const streams = new Streams(logOf([]));
  const readers = Array.from({ length: limits.streamsPerCaller }, () => new Reader());
  const running = readers.map(reader => serve(streams, reader, null));
  t.ok(streams.isFull('a'));
  t.notOk(streams.isFull('b'));
  readers[0]?.destroy();
  await running[0];
  t.notOk(streams.isFull('a'));
  const more = Array.from({ length: limits.streams - streams.count }, (_, at) =>
    serve(streams, new Reader(), null, `c-${at}`),
  );
  t.ok(streams.isFull('b'), 'all together have a bound too');
  streams.close();
  await Promise.all([...running, ...more]);
});

t.test('a store that fails for a while ends no stream', async t => {
  const log = logOf([1]);
  let failures = 1;
  const streams = new Streams({
    ...log,
    eventsAfter: (id, limit) => (failures-- > 0 ? Promise.reject(new Error('gone')) : log.eventsAfter(id, limit)),
  });
  const reader = new Reader();
  const running = serve(streams, reader, 0);
  await until(() => failures === 0 && reader.text !== '');
  log.add(2);
  await until(() => reader.ids.length === 2);
  t.same(reader.ids, ['1', '2']);
  streams.close();
  await running;
});
