import t from 'tap';
import type { CriResult } from '../../src/agent/cri/client.ts';
import { Retrier, type NewFailure, type RetrierOptions } from '../../src/agent/retry.ts';
import { causes, type Cause } from '../../src/model/cause.ts';
import { limits } from '../../src/model/limits.ts';
import type { RetryRecord } from '../../src/model/report.ts';
import { keepLog, until } from './fixture.ts';

type Tap = { teardown: (undo: () => Promise<void>) => void };
const failure = (image: string, more: Partial<NewFailure> = {}): NewFailure => ({
  image,
  cause: 'dns-failure',
  at: Date.now(),
  ...more,
});

/** A retrier whose runtime answers as told; `running` counts the pulls at one time. */
const start = (t: Tap, answer: (image: string) => CriResult<string>, more: Partial<RetrierOptions> = {}) => {
  const records: RetryRecord[] = [];
  const pulls: string[] = [];
  const counts = { running: 0, most: 0 };
  const pullImage = async (image: string): Promise<CriResult<string>> => {
    pulls.push(image);
    counts.running += 1;
    counts.most = Math.max(counts.most, counts.running);
    await new Promise(resolve => setTimeout(resolve, 10));
    counts.running -= 1;
    return answer(image);
  };
  const retrier = new Retrier({
    client: () => ({ pullImage }),
    onRecord: record => records.push(record),
    ...{ now: Date.now, random: () => 0, log: keepLog() },
    ...more,
  });
  const stop = new AbortController();
  const running = retrier.run(stop.signal);
  t.teardown(async () => {
    stop.abort();
    await running;
  });
  return { retrier, records, pulls, counts };
};
const noHost = 'failed to do request: Head "https://x.test/v2/": dial tcp: lookup x.test on 10.0.0.2:53: no such host';

t.test('each new failure is pulled once more, one at a time, and what it said is recorded', async t => {
  const { retrier, records, counts } = start(t, image =>
    image === 'a.test/x:1' ? { ok: true, value: 'sha256:1' } : { ok: false, code: 'UNKNOWN', details: noHost },
  );
  for (const image of ['a.test/x:1', 'b.test/x:1', 'c.test/x:1']) retrier.consider(failure(image));
  await until('all', () => records.length === 3);
  t.equal(counts.most, 1);
  t.match(records, [
    { image: 'a.test/x:1', outcome: 'pulled', cause: null, message: null },
    { image: 'b.test/x:1', outcome: 'failed', cause: 'dns-failure', message: noHost },
    { image: 'c.test/x:1', outcome: 'failed' },
  ]);
  t.ok(records.every(record => record.ms >= 5 && record.at <= Date.now()));
});

t.test('an image is pulled once, however often and however written it fails', async t => {
  const { retrier, records, pulls } = start(t, () => ({ ok: true, value: 'x' }));
  for (const image of ['nginx', 'docker.io/library/nginx:latest', 'nginx:latest']) retrier.consider(failure(image));
  await until('it', () => records.length === 1);
  retrier.consider(failure('nginx'));
  retrier.consider(failure('busybox'));
  await until('the other', () => records.length === 2);
  t.same(pulls, ['nginx', 'busybox']);
});

t.test('no retry of an old failure, nor where the cause forbids it', async t => {
  const { retrier, records, pulls } = start(t, () => ({ ok: true, value: 'x' }));
  retrier.consider(failure('old.test/x', { at: Date.now() - limits.retryFreshMs - 1 }));
  retrier.consider(failure(''));
  const forbidden = (Object.keys(causes) as Cause[]).filter(cause =>
    ['never', 'wait'].includes(causes[cause].retry ?? ''),
  );
  t.ok(forbidden.length > 10);
  forbidden.forEach((cause, index) => retrier.consider(failure(`x.test/${index}`, { cause })));
  retrier.consider(failure('last.test/x'));
  await until('the last', () => records.length === 1);
  t.same(pulls, ['last.test/x']);
});

t.test('a runtime that is down is recorded so, and so is one that goes', async t => {
  const down = start(t, () => ({ ok: true, value: 'x' }), { client: () => null });
  down.retrier.consider(failure('a.test/x'));
  await until('it', () => down.records.length === 1);
  t.match(down.records, [{ outcome: 'unavailable', cause: 'runtime-unavailable' }]);
  const going = start(t, () => ({ ok: false, code: 'UNAVAILABLE', details: 'Connection dropped' }));
  going.retrier.consider(failure('a.test/x'));
  await until('it', () => going.records.length === 1);
  t.match(going.records, [{ outcome: 'unavailable', message: 'Connection dropped' }]);
});

t.test('a flood of failures waits in a bounded queue', async t => {
  const { retrier, records } = start(t, () => ({ ok: true, value: 'x' }));
  for (let index = 0; index < 10 * limits.retryQueue; index += 1) retrier.consider(failure(`x.test/${index}`));
  await until('the queue', () => records.length >= limits.retryQueue);
  await new Promise(resolve => setTimeout(resolve, 50));
  t.equal(records.length, limits.retryQueue);
});
