import t from 'tap';
import {
  listed,
  nextOutcomes,
  packOutcomes,
  unpackOutcomes,
  waysOf,
  type Outcomes,
} from '../../../src/aggregator/store/outcomes.ts';
import { pack } from '../../../src/aggregator/store/packed.ts';
import type { ReportedCheck } from '../../../src/model/check.ts';

const check = (given: Partial<ReportedCheck>): ReportedCheck => ({
  ...{ id: 'tcp.connect', stage: 'tcp', outcome: 'pass', code: null, ms: 1, detail: '' },
  ...{ registry: 'reg.example', host: 'mirror.example' },
  ...given,
});

/** The outcomes after a report with these checks. */
const after = (held: Outcomes, checks: ReportedCheck[], now: number): ReturnType<typeof nextOutcomes> =>
  nextOutcomes(held, waysOf(checks), now);

const none: Outcomes = new Map();

t.test('an outcome lasts while it is the same, however often it is reported', t => {
  const first = after(none, [check({})], 100);
  t.same(first.ended, []);
  const second = after(first.outcomes, [check({ ms: 9, detail: 'other' })], 200);
  t.same(second, { outcomes: first.outcomes, ended: [], isSame: true });
  t.equal(after(first.outcomes, [check({}), check({ host: 'second.example' })], 300).isSame, false, 'one more');
  t.match(listed(second.outcomes), [{ check: 'tcp.connect', outcome: 'pass', code: null, from: 100 }]);
  t.end();
});

t.test('another outcome, another code, and no check at all end it', t => {
  const held = after(none, [check({})], 100).outcomes;
  const cases: [string, ReportedCheck[]][] = [
    ['another outcome', [check({ outcome: 'fail', code: 'refused' })]],
    ['another code', [check({ code: 'slow' })]],
    ['another host', [check({ host: 'other.example' })]],
    ['none', []],
  ];
  for (const [title, checks] of cases) {
    const { outcomes, ended } = after(held, checks, 200);
    t.match(
      ended,
      [{ registry: 'reg.example', host: 'mirror.example', outcome: 'pass', from: 100, until: 200 }],
      title,
    );
    t.same(
      listed(outcomes).map(one => one.from),
      checks.map(() => 200),
      title,
    );
  }
  t.end();
});

t.test('of several addresses the worst tells, and a test that was made tells more than none', t => {
  const worst = (outcomes: ReportedCheck['outcome'][]): unknown =>
    listed(
      after(
        none,
        outcomes.map(outcome => check({ outcome, code: outcome === 'pass' ? null : outcome })),
        1,
      ).outcomes,
    ).map(one => [one.outcome, one.code]);
  t.same(worst(['pass', 'fail', 'skip']), [['fail', 'fail']]);
  t.same(worst(['skip', 'pass']), [['pass', null]]);
  t.end();
});

t.test('what names hold is kept so that every database can, and keys never fall together', t => {
  const checks = [check({ registry: 'a\0b', host: 'c' }), check({ registry: 'a', host: 'b\0c' })];
  const { outcomes } = after(none, checks, 1);
  t.same(
    listed(outcomes).map(one => [one.registry, one.host]),
    [
      ['a\ufffdb', 'c'],
      ['a', 'b\ufffdc'],
    ],
  );
  t.same(after(outcomes, checks, 2).ended, []);
  t.end();
});

t.test('they come back from the database, also those of an earlier version', t => {
  const first = after(none, [check({}), check({ id: 'dns.resolve' }), check({ registry: 'b', code: 'odd' })], 1);
  const { outcomes } = after(
    first.outcomes,
    [check({ outcome: 'fail', code: 'refused' }), check({ id: 'dns.resolve' })],
    2,
  );
  t.same(unpackOutcomes(packOutcomes(outcomes)), outcomes);
  t.same(
    listed(outcomes).map(one => [one.check, one.outcome, one.code, one.from]),
    [
      ['tcp.connect', 'fail', 'refused', 2],
      ['dns.resolve', 'pass', null, 1],
    ],
  );
  t.end();
});

t.test('of an earlier version each comes back, and a damaged one is none', t => {
  const names = { registry: 'reg.example', host: null };
  const one = { ...names, check: 'tcp.connect', outcome: 'fail', code: 'refused', from: 2 } as const;
  const other = { ...names, check: 'dns.resolve', outcome: 'pass', code: null, from: 1 } as const;
  t.same(listed(unpackOutcomes(JSON.stringify([one, other]))), [one, other]);
  const stretches = [
    { ...names, from: 2, checks: [['tcp.connect', 'fail', 'refused']] },
    { ...names, from: 1, checks: [['dns.resolve', 'pass']] },
  ];
  t.same(listed(unpackOutcomes(pack(JSON.stringify(stretches)))), [one, other]);
  for (const stored of ['[]', '', '{}', '{"said":', pack('no JSON')]) t.same(unpackOutcomes(stored), none, stored);
  const held = unpackOutcomes('{"said":["[[\\"tcp.conn"],"ways":[["reg.example","mirror.example",0,1,[]]]}');
  t.equal(held.size, 1);
  t.same(listed(held), [], 'what a way says is damaged alone');
  t.match(
    listed(after(held, [check({})], 9).outcomes),
    [{ check: 'tcp.connect', from: 9 }],
    'and is known again with the next',
  );
  t.end();
});
