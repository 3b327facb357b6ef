import t from 'tap';
import { incidentText } from '../../src/cli/incident-text.ts';
import type { FindingDetail } from '../../src/wire/api.ts';
import { sampleIncident } from './sample-incident.ts';
import { sampleItem } from './sample-item.ts';
import { sampleWorkload } from './sample-workload.ts';
import { fitsEachPage, plainPage } from './plain-page.ts';

const how = { now: 201_000, wide: false, ...plainPage };
const example = (given: Partial<FindingDetail> = {}): FindingDetail => ({
  ...sampleItem({ image: 'reg.example/team/api:1' }),
  ...{ scope: 'nodes', incident: 'i-1', workloads: [] },
  ...given,
});

t.test('an incident tells how far it reaches, why that is known, who waits and what to type', t => {
  t.equal(
    incidentText(sampleIncident(), null, how),
    `i-0123456789abcdef  tls-unknown-authority  growing
12 nodes with zone=b cannot pull by reg.example: the node does not trust the CA; 30 other nodes can
when      since 3m20s, changed 1m41s ago
scope     12 nodes zone=b: 12 of 42 nodes that tried fail; they share zone=b
evidence  tried 42: failed 12, passed 30; not tested 3, stale 2
share     zone=b: 12 of 12 failing, 0 of 30 passing
where     reg.example
nodes     node-1, node-2, node-3, node-4, node-5, node-6, node-7, node-8 and 4 more
pods      prod/api-1 (api) on node-1 and 13 more
findings  f-1, f-2
do        1. Put the CA on the node
             install -D ca.crt /etc/containerd/certs.d/reg.example/ca.crt
`,
  );
  t.end();
});

t.test('one finding of it shows the error, the six questions and what the cluster says of the pod', t => {
  const one = example({ workloads: [sampleWorkload()] });
  const text = incidentText(sampleIncident(), one, how);
  t.match(text, /^example +on node-1: reg\.example does not resolve$/m);
  t.match(text, /^says +dial tcp/m);
  t.match(text, /^workload +prod\/api-1 of Deployment api: no-secret: /m);
  t.match(text, /^checklist 6 Can the node reach/m);
  const commands = [sampleIncident().fix, one.workloads.flatMap(({ fix }) => fix)].flat().map(({ run }) => run);
  fitsEachPage(
    t,
    page => incidentText(sampleIncident(), one, { ...how, ...page }),
    line => commands.includes(line.trim()),
  );
  t.end();
});

t.test('one that is over, went into another or was worse says so', t => {
  const over = sampleIncident({
    state: 'closed',
    closedAt: 200_000,
    mergedInto: 'i-9',
    peak: 40,
    also: ['tls-expired'],
  });
  const text = incidentText(over, null, how);
  t.match(text, 'closed 1s ago, went into i-9, at its worst 40 nodes');
  t.match(text, 'or        also seen as tls-expired');
  t.match(incidentText(sampleIncident(), null, { ...how, wide: true }), 'node-12');
  t.end();
});

t.test('an incident tells what the agents do about it, and what they pulled', t => {
  const recovery = {
    state: 'watching',
    says: 'asks tcp.connect at reg.example every 2 to 30 s until it passes',
  } as const;
  const pull = { image: 'reg.example/team/api:1', at: 191_000, ms: 2000, outcome: 'pulled', cause: null } as const;
  const text = incidentText(
    {
      ...sampleIncident(),
      findingItems: [sampleItem({ recovery })],
      retries: [{ node: 'node-2', nodeUid: 'u-2', ...pull, message: null, savedMs: 100_000 }],
    },
    null,
    how,
  );
  t.match(text, /^pull {6}pullpath watches on 1 node: asks tcp\.connect at reg\.example every 2 to 30 s/m);
  t.match(text, /^pullpath {2}node-2 reg\.example\/team\/api:1: pullpath tried it 10s ago: pulled in 2s/m);
  t.end();
});
