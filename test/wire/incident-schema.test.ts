import t from 'tap';
import * as v from 'valibot';
import type { Incident } from '../../src/model/incident.ts';
import { incidentSchema, nodeSetSchema, scopeSchema } from '../../src/wire/incident-schema.ts';

const sample: Incident = {
  ...{ id: 'i-1', key: 'node uid-17 tls-unknown-authority', state: 'opened', mergedInto: null },
  ...{ since: 1000, openedAt: 2000, changedAt: 2000, closedAt: null, severity: 'error' },
  ...{ cause: 'tls-unknown-authority', also: [], stage: 'tls', owner: 'node', retry: 'never' },
  ...{ registry: 'reg.example', host: 'reg.example', image: null, registries: ['reg.example'], peak: 1 },
  scope: {
    kind: 'node',
    nodes: { count: 1, names: ['node-17'] },
    shared: [{ name: 'ca:reg.example', value: 'aa', failing: 1, passing: 0 }],
    evidence: { tried: 42, failed: 1, passed: 41, notTested: 0, stale: 2, flapping: 0 },
    why: '41 other nodes pass',
  },
  pods: { count: 1, some: [{ namespace: 'default', pod: 'web', container: 'app', node: 'node-17' }] },
  ...{ title: 'node-17: …', fix: [{ say: 'Put the CA there.', run: 'install ca.crt' }], findings: ['f-1'] },
};

t.test('an incident comes back as it was sent', t => {
  t.same(v.parse(incidentSchema, JSON.parse(JSON.stringify(sample))), sample);
  t.same(v.parse(scopeSchema, sample.scope), sample.scope);
  t.end();
});

t.test('what no incident can be is refused', t => {
  const wrong: Record<string, unknown>[] = [
    { state: 'gone' },
    { scope: { ...sample.scope, kind: 'everyone' } },
    { since: -1 },
    { pods: { count: 1 } },
    { id: 'with blank' },
  ];
  for (const part of wrong) t.notOk(v.is(incidentSchema, { ...sample, ...part }), JSON.stringify(part));
  t.notOk(
    v.is(nodeSetSchema, { count: 200, names: Array.from({ length: 101 }, (_, at) => `node-${at}`) }),
    'unbounded',
  );
  t.end();
});
