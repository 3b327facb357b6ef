import t from 'tap';
import { findingHeadSchema } from '../../src/wire/event-schema.ts';
import { readJson } from '../../src/wire/read-json.ts';

const head = {
  ...{ id: 'f-1', node: 'node-1', nodeUid: 'u', severity: 'error', cause: 'dns-failure', stage: 'dns', pods: 2 },
  ...{ registry: null, image: null, title: 'x', openedAt: 1, closedAt: null },
};

t.test('an event of a finding is read for what it tells, also from a newer aggregator', t => {
  t.match(readJson(JSON.stringify(head), findingHeadSchema), { ok: true, value: { id: 'f-1', cause: 'dns-failure' } });
  const newer = { ...head, cause: 'not-known-here', more: true };
  t.match(readJson(JSON.stringify(newer), findingHeadSchema), { ok: true, value: { cause: 'other' } });
  t.match(readJson(JSON.stringify({ ...head, node: 'a b' }), findingHeadSchema), { ok: false });
  t.end();
});
