import t from 'tap';
import type { Check } from '../../src/model/check.ts';
import { isVital, statusOf, type StatusFacts } from '../../src/aggregator/status.ts';

const well: StatusFacts = { lastSeen: 1000, errors: 0, warnings: 0, current: true, vital: true };

t.test('a status is only as good as what was heard, and how long ago', t => {
  const cases: [Partial<StatusFacts>, number, string][] = [
    [{}, 1000, 'ok'],
    [{}, 1100, 'ok'],
    [{}, 1101, 'stale'],
    [{ errors: 1 }, 1101, 'stale'],
    [{ errors: 1, warnings: 3 }, 1000, 'failing'],
    [{ errors: 1, current: false, vital: false }, 1000, 'failing'],
    [{ warnings: 1 }, 1000, 'degraded'],
    [{ current: false }, 1000, 'unknown'],
    [{ vital: false }, 1000, 'unknown'],
    [{}, 500, 'ok'],
  ];
  for (const [facts, now, status] of cases)
    t.equal(statusOf({ ...well, ...facts }, now, 100), status, JSON.stringify([facts, now]));
  t.end();
});

t.test('a node is well only where its runtime and its journal were both found well', t => {
  const check = (id: string, outcome: Check['outcome']): Check => ({
    ...{ id, outcome, stage: 'runtime', code: null, ms: 1, detail: '' },
  });
  const cri = check('runtime.cri', 'pass');
  const journal = check('node.journal', 'pass');
  const cases: [boolean, Check[]][] = [
    [true, [cri, journal]],
    [true, [journal, check('dns.resolve', 'fail'), cri]],
    [false, []],
    [false, [cri]],
    [false, [cri, check('node.journal', 'skip')]],
    [false, [check('runtime.cri', 'fail'), journal]],
    [false, [cri, check('runtime.cri', 'fail'), journal]],
  ];
  for (const [wanted, checks] of cases) t.equal(isVital(checks), wanted, JSON.stringify(checks));
  t.end();
});
