import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { readOr, storedFinding } from '../../../src/aggregator/store/damaged.ts';
import { openStore } from '../../../src/aggregator/store/store.ts';
import { findingSchema } from '../../../src/wire/finding-schema.ts';
import * as v from 'valibot';
import { wayTo } from '../../scope/sample.ts';
import { brokenCluster, judged } from '../route/cluster.ts';
import { getAny, postReport, sampleFinding, sampleFull, sampleServer, temporaryDirectory } from '../sample.ts';

t.test('what cannot be read is another value, and a lost finding is one that the API may tell', t => {
  t.equal(
    readOr('lost', () => 'there'),
    'there',
  );
  t.same(
    readOr(null, () => JSON.parse('{') as unknown),
    null,
  );
  const finding = sampleFinding();
  t.same(storedFinding('f-1', JSON.stringify(finding)), finding);
  for (const broken of ['{', 'null', '[]', JSON.stringify({ ...finding, pods: undefined, pobs: 1, title: 2 })]) {
    t.ok(v.is(findingSchema, storedFinding('f-1', broken)), broken);
    t.match(storedFinding('f-1', broken), { id: 'f-1', title: /cannot be read/ });
  }
  t.end();
});

/** Every text that the program packs or writes as JSON. */
const texts = [
  ...['node_body.state', 'node_body.told', 'node_body.outcomes', 'finding.body', 'incident.body', 'event.body'],
  ...['node.causes', 'node.dropped'],
];

/** Cut off with bytes that are no text, and one bit of a key where the text is not packed. */
const damages = [
  ...texts.map(text => ({ text, damage: `substr(${text.split('.')[1]}, 1, 9) || x'005c22ff' || 'XX'` })),
  ...['title', 'message', 'pods'].map(key => ({
    text: 'finding.body',
    damage: `replace(body, '"${key}":', '"${key.slice(0, -1)}x":')`,
  })),
];

t.test(
  'damage to a text in a sound file costs that text alone: all else is told, and the next report mends it',
  async t => {
    for (const { text, damage } of damages) {
      const dataDir = temporaryDirectory(t);
      const before = await brokenCluster(t, { store: openStore(dataDir) });
      await judged(before);
      await before.store.close();
      const [table = '', column = ''] = text.split('.');
      const db = new DatabaseSync(join(dataDir, 'pullpath.db'));
      const rows = db.prepare(`UPDATE ${table} SET ${column} = ${damage}`).run();
      t.ok(Number(rows.changes) > 0, text);
      db.close();

      const store = openStore(dataDir);
      t.teardown(() => store.close());
      const after = sampleServer(t, { store });
      after.clock.now = before.clock.now;
      const paths = ['nodes', 'nodes/node-0', 'nodes/node-0/reachability', 'findings?state=all', 'incidents?state=all'];
      for (const path of [...paths, 'registries', 'matrix', 'drift', 'retries', 'images?ref=reg.example/team/gone:1'])
        t.equal((await getAny(after.app, `/v1/${path}`)).status, 200, `${text}: ${path}`);
      t.ok((await store.eventsAfter(0, 50)).events.length > 0);
      const findings = [sampleFinding({ id: 'f-tls-0', registry: 'docker.io', title: 'told anew' })];
      const checks = [...sampleFull().checks, ...wayTo('docker.io', 'tls-unknown-authority')];
      const report = sampleFull({ name: 'node-0', seq: 9 }, { findings, checks });
      t.match(await postReport(after.app, report), { status: 202 }, `${text}: the next report`);
      const { body } = await getAny(after.app, '/v1/nodes/node-0');
      t.match(body, { status: 'failing', findings: [{ id: 'f-tls-0', title: 'told anew' }], causes: [{ count: 1 }] });
      t.equal((body as { checks: unknown[] }).checks.length, checks.length, text);
      const matrix = (await getAny(after.app, '/v1/matrix?node=node-0')).body;
      t.match(matrix, { items: [{ node: 'node-0', cells: [{ host: 'docker.io', outcome: 'fail' }] }] });
    }
  },
);
