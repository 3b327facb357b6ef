import t from 'tap';
import { NamedTimes } from '../../src/diagnose/named-times.ts';
import { limits } from '../../src/model/limits.ts';

t.test('a named time stands until it is over, whatever is named or not named meanwhile', t => {
  const times = new NamedTimes();
  t.equal(times.of('reg.test'), null);
  times.hear('reg.test', { notBefore: 100_000, limited: true }, 0);
  times.hear('reg.test', { notBefore: 50_000, limited: true }, 1000);
  times.hear('reg.test', { notBefore: null, limited: true }, 2000);
  t.equal(times.of('reg.test'), 100_000);
  t.equal(times.of('other.test'), null);
  times.hear('reg.test', { notBefore: null, limited: false }, 200_000);
  t.equal(times.of('reg.test'), 100_000, 'a good answer does not undo it: it is over');
  times.hear('reg.test', { notBefore: null, limited: true }, 200_000);
  t.equal(times.of('reg.test'), null, 'refused again, and no time named');
  t.end();
});

t.test('a time of years is one day', t => {
  const times = new NamedTimes();
  times.hear('reg.test', { notBefore: 1e18, limited: true }, 5);
  t.equal(times.of('reg.test'), 5 + limits.probeHoldMs);
  t.end();
});
