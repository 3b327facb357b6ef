import t from 'tap';
import * as v from 'valibot';
import {
  cellOutcomes,
  driftSchema,
  imageSchema,
  matrixRowSchema,
  registrySchema,
} from '../../src/wire/cluster-schema.ts';

const scope = {
  kind: 'registry',
  nodes: { count: 3, names: ['a', 'b', 'c'] },
  shared: [],
  evidence: { tried: 3, failed: 3, passed: 0, notTested: 0, stale: 0, flapping: 0 },
  why: 'every node that tried fails',
};

t.test('answers about the cluster come back as they were sent', t => {
  const samples: [v.GenericSchema, object][] = [
    [
      driftSchema,
      {
        ...{ trait: 'resolv.conf', group: 'all', compared: 3, majority: { value: 'aa', count: 2 } },
        odd: [{ value: null, nodes: { count: 1, names: ['a'] }, since: null }],
      },
    ],
    [driftSchema, { trait: 'resolv.conf', group: 'zone=a', compared: 2, majority: null, odd: [] }],
    [
      matrixRowSchema,
      {
        ...{ node: 'a', stale: false },
        cells: cellOutcomes.map(outcome => ({
          registry: 'r',
          host: 'h',
          outcome,
          stage: null,
          cause: null,
          code: null,
          when: null,
        })),
      },
    ],
    [
      registrySchema,
      {
        ...{ host: 'h', registries: ['r'], passed: 0, failed: 3, notTested: 0, stale: 0 },
        faults: [{ stage: 'tcp', cause: 'network-timeout', scope, incident: null }],
      },
    ],
    [
      imageSchema,
      {
        ...{ image: 'r/app:1', registry: 'r', pulled: { count: 0, names: [] }, failed: { count: 1, names: ['a'] } },
        ended: { count: 0, names: [] },
        hosts: [],
        faults: [{ cause: 'tag-not-found', scope, incident: 'i-1' }],
      },
    ],
  ];
  for (const [schema, sample] of samples) t.same(v.parse(schema, sample), sample);
  t.end();
});

t.test('an outcome that is none is refused: not tested has a word of its own', t => {
  const cell = { registry: 'r', host: 'h', outcome: 'healthy', stage: null, cause: null };
  t.notOk(v.is(matrixRowSchema, { node: 'a', stale: false, cells: [cell] }));
  t.end();
});
