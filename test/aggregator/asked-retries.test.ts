import t from 'tap';
import { AskedRetries } from '../../src/aggregator/asked-retries.ts';
import { limits } from '../../src/model/limits.ts';

t.test('each node that is meant hears of a request once', t => {
  const asked = new AskedRetries();
  t.ok(asked.add('nginx', ['a', 'b'], 0));
  t.ok(asked.add('docker.io/library/nginx:latest', ['a'], 0));
  t.same(asked.take('a', 1).length, 1, 'one image is named once');
  t.same(asked.take('a', 1), []);
  t.same(asked.take('c', 1), []);
  t.same(asked.take('b', 1), ['nginx']);
  t.end();
});

t.test('requests are forgotten after some minutes, and only so many wait', t => {
  const asked = new AskedRetries();
  for (let index = 0; index < limits.askedRetries; index += 1) t.ok(asked.add(`x:${index}`, ['a'], 0));
  t.notOk(asked.add('one-more', ['a'], 0));
  t.equal(asked.take('a', 1).length, limits.askedRetriesAtOnce, 'so many in one answer');
  t.ok(asked.add('one-more', ['a'], limits.askedRetryMs), 'the others are forgotten');
  t.same(asked.take('a', limits.askedRetryMs), ['one-more']);
  t.end();
});
