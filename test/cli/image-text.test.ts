import t from 'tap';
import { imageText } from '../../src/cli/image-text.ts';
import type { ImageItem } from '../../src/wire/cluster-schema.ts';
import { sampleScope } from './sample-incident.ts';
import { fitsEachPage, plainPage } from './plain-page.ts';

const how = { now: 0, wide: false, ...plainPage };
const nobody = { count: 0, names: [] };
const image = (given: Partial<ImageItem> = {}): ImageItem => ({
  ...{ image: 'reg.example/team/api:1', registry: 'reg.example', pulled: nobody, failed: nobody, ended: nobody },
  ...{ faults: [], hosts: [] },
  ...given,
});

t.test('where it fails and why, and where it pulls', t => {
  const fault = { cause: 'tls-unknown-authority', scope: sampleScope(), incident: 'i-1' } as const;
  const host = {
    ...{ host: 'reg.example', registries: ['reg.example'], passed: 30, failed: 12, notTested: 3, stale: 2 },
    faults: [{ ...fault, stage: 'tls' as const }],
  };
  const shown = image({
    failed: { count: 2, names: ['a', 'b'] },
    pulled: { count: 1, names: ['c'] },
    faults: [fault],
    hosts: [host, { ...host, host: 'mirror.example', failed: 0, faults: [] }],
  });
  t.equal(
    imageText(shown, how),
    `reg.example/team/api:1
fails on 2 nodes, pulls on 1
fails on  a, b
pulls on  c
why       tls-unknown-authority: 12 nodes zone=b: 12 of 42 nodes that tried fail; they share zone=b
evidence  tried 42: failed 12, passed 30; not tested 3, stale 2
share     zone=b: 12 of 12 failing, 0 of 30 passing
more      pullpath incident i-1
hosts     reg.example fails for 12, passes for 30 (tls-unknown-authority)
          mirror.example passes for 30
`,
  );
  fitsEachPage(t, page => imageText(shown, { ...how, ...page }));
  t.end();
});

t.test('not tried is not the same as pulled', t => {
  t.match(imageText(image(), how), 'no node has tried it');
  t.match(imageText(image({ ended: { count: 2, names: ['a', 'b'] } }), how), 'fails nowhere now; it did on 2 nodes');
  t.match(imageText(image({ pulled: { count: 1, names: ['a'] } }), how), /^pulls on 1 node$/m);
  t.end();
});
