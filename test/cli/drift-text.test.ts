import t from 'tap';
import { driftText } from '../../src/cli/drift-text.ts';
import type { Drift } from '../../src/model/drift.ts';
import { fitsEachPage, plainPage } from './plain-page.ts';

const how = { now: 7_200_000, wide: false, ...plainPage };

const drifts: Drift[] = [
  {
    ...{ trait: 'runtime', group: 'all', compared: 4, majority: null },
    odd: [
      { value: 'containerd 1.7.24', nodes: { count: 2, names: ['a', 'b'] }, since: null },
      { value: null, nodes: { count: 2, names: ['c', 'd'] }, since: null },
    ],
  },
  {
    ...{ trait: 'ca:registry.example', group: 'pool=workers', compared: 42 },
    majority: { value: 'a'.repeat(64), count: 41 },
    odd: [{ value: 'b'.repeat(64), nodes: { count: 1, names: ['node-17'] }, since: 3_600_000 }],
  },
];

t.test('the odd ones out are told against what most have, since when, those of a majority first', t => {
  t.equal(
    driftText(drifts, how),
    `SETTING              GROUP         MOST HAVE         THESE HAVE         SINCE  NODES
ca:registry.example  pool=workers  aaaaaaaaaaaa ×41  bbbbbbbbbbbb       1h     node-17
runtime              all           no majority       containerd 1.7.24  start  a, b
                                                     none               start  c, d

2 settings in which nodes differ; 5 nodes named. SINCE start: as long as anyone looked.
`,
  );
  t.end();
});

t.test('long values and many nodes keep to the page; wide shows all', t => {
  const names = Array.from({ length: 40 }, (_, at) => `a-rather-long-node-name-${at}`);
  const long: Drift = {
    ...{
      trait: 't'.repeat(200),
      group: 'g'.repeat(200),
      compared: 99,
      majority: { value: 'x y '.repeat(50), count: 50 },
    },
    odd: [{ value: 'z '.repeat(80), nodes: { count: 40, names }, since: 0 }],
  };
  fitsEachPage(t, page => driftText([long], { ...how, ...page }));
  t.match(driftText([long], { ...how, wide: true }), 'a-rather-long-node-name-39');
  t.end();
});
