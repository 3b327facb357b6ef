import t from 'tap';
import { matrixText } from '../../src/cli/matrix-text.ts';
import type { MatrixRow } from '../../src/wire/cluster-schema.ts';
import { fitsEachPage, plainPage } from './plain-page.ts';

const how = { now: 0, wide: false, ...plainPage };
type Cell = MatrixRow['cells'][number];

const cell = (host: string, given: Partial<Cell> = {}): Cell => ({
  ...{ registry: host, host, outcome: 'pass', stage: null, cause: null, code: null, when: 0 },
  ...given,
});
const row = (node: string, cells: Cell[], stale = false): MatrixRow => ({ node, stale, cells });
const failing = { outcome: 'fail', stage: 'tls', cause: 'tls-unknown-authority' } as const;

t.test('the worst come first on both sides, and a failure is named by its stage', t => {
  const rows = [
    row('fine', [cell('a.example'), cell('b.example')]),
    row('half', [cell('a.example')]),
    row('lost', [cell('a.example', { outcome: 'unknown' })], true),
    row('broken', [cell('a.example'), cell('b.example', failing)]),
    row('odd', [cell('a.example'), cell('b.example', { outcome: 'fail', stage: null })]),
  ];
  t.equal(
    matrixText(rows, how),
    `NODE          1     2
broken        TLS   ok
odd           FAIL  ok
lost (stale)  ·     ·
half          ·     ok
fine          ok    ok

1   b.example  fails for 2, passes for 1 node
2   a.example  passes for 4 nodes
ok passed; · not tested, or stale. A failure is named by its stage: CFG config, DNS, PRX proxy, TCP,
TLS, AUTH, REG registry, MAN manifest, BLOB.
`,
  );
  t.end();
});

t.test('of many nodes those alike are one line, and wide shows each under the hosts’ names', t => {
  const many = Array.from({ length: 500 }, (_, at) => row(`node-${at}`, [cell('a.example')]));
  const rows = [...many, row('bad', [cell('a.example', failing)])];
  t.match(matrixText(rows, how), /^NODE +1\nbad +TLS\nnode-0 and 499 more +ok\n\n/);
  const wide = matrixText(rows, { ...how, wide: true });
  t.match(wide, /^NODE +a\.example\nbad +TLS\n/);
  t.match(wide, /^node-499 +ok$/m);
  t.end();
});

t.test('many hosts with long names keep to the page, and what is left out is counted', t => {
  const cells = Array.from({ length: 30 }, (_, at) => cell(`${'h'.repeat(200)}${at}.example`));
  const text = matrixText([row('n'.repeat(253), cells)], how);
  fitsEachPage(t, page => matrixText([row('n'.repeat(253), cells)], { ...how, ...page }));
  t.match(text, 'and 18 hosts more');
  t.end();
});

t.test('a mirror is told with the registry that it stands for', t => {
  const rows = [row('a', [cell('mirror.example', { registry: 'docker.io' })])];
  t.match(matrixText(rows, how), '1   mirror.example for docker.io  passes for 1 node');
  t.end();
});
