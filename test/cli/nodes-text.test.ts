import t from 'tap';
import { findingsOf, nodesText, paintStatus } from '../../src/cli/nodes-text.ts';
import { painter } from '../../src/cli/output.ts';
import { sampleSummary } from './sample-item.ts';
import { fitsEachPage, plainPage } from './plain-page.ts';

const how = { now: 200_000, wide: false, ...plainPage };

t.test('nodes that need a person come first, with their first cause', t => {
  const nodes = [
    sampleSummary({ name: 'fine', lastSeen: 199_000 }),
    sampleSummary({ name: 'lost', status: 'stale' }),
    sampleSummary({
      ...{ name: 'broken', status: 'failing', lastSeen: 190_000, errors: 3, warnings: 1 },
      causes: [
        { cause: 'dns-failure', count: 3 },
        { cause: 'pull-qps-exceeded', count: 1 },
      ],
    }),
  ];
  t.equal(
    nodesText(nodes, how),
    `NODE    STATUS   SEEN   FINDINGS  TOP CAUSE
broken  failing  10s    4         dns-failure ×3 +1
lost    stale    3m20s  0
fine    ok       1s     0

3 nodes: 1 failing, 1 stale, 1 ok
`,
  );
  t.end();
});

t.test('a table fits its page, and says so where a name is cut', t => {
  const node = sampleSummary({ name: 'n'.repeat(253), uid: 'u'.repeat(128) });
  fitsEachPage(t, page => nodesText([node], { ...how, ...page }));
  t.match(nodesText([node], how), '-o wide');
  t.match(nodesText([node], { ...how, wide: true }), 'n'.repeat(253));
  t.end();
});

t.test('a status has its colour', t => {
  t.equal(paintStatus(painter(true), 'failing', 'failing'), '\u001b[31mfailing\u001b[0m');
  t.end();
});

t.test('errors and warnings are findings', t => {
  t.equal(findingsOf(sampleSummary({ errors: 2, warnings: 1 })), 3);
  t.end();
});
