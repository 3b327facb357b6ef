import type { Test } from 'tap';
import type { Store } from '../../../../src/aggregator/store/store.ts';
import type { FullReport, Report } from '../../../../src/model/report.ts';
import type { FindingItem, NodeDetail } from '../../../../src/wire/api.ts';
import { accept, sampleFinding, sampleFull, sampleHeartbeat, samplePod } from '../../sample.ts';
import type { OpenStore } from './open-store.ts';

const at = { now: 1000, staleAfterMs: 1_000_000 };
const detail = async (store: Store, name = 'node-1'): Promise<NodeDetail> => {
  const node = await store.node(name, at);
  if (node === null) throw new Error(`no node ${name}`);
  return node;
};
const openIds = async (store: Store, name = 'node-1'): Promise<string[]> =>
  (await detail(store, name)).findings.map(finding => finding.id);
const history = async (store: Store): Promise<FindingItem[]> => {
  const none = { node: null, registry: null, cause: null, image: null, namespace: null, since: null, before: null };
  return (await store.findings({ ...none, state: 'all', limit: 500 })).items;
};
const broken = (id: string): { findings: ReturnType<typeof sampleFinding>[] } => ({
  findings: [sampleFinding({ id })],
});
const seqsOf = async (store: Store, reports: Report[], now = 1000): Promise<string[]> => {
  const answers: string[] = [];
  for (const report of reports) {
    const { stored, resync } = await accept(store, report, now);
    answers.push(`${stored ? 'stored' : 'repeat'}${resync ? ' resync' : ''}`);
  }
  return answers;
};

export const ingestContract = (t: Test, open: OpenStore): void => {
  t.test('a report is stored once by node, boot and number', async t => {
    const store = await open(t);
    const reports = [
      sampleFull({ seq: 1 }),
      sampleFull({ seq: 1 }),
      sampleFull({ seq: 1, boot: 'boot-2' }),
      sampleFull({ seq: 1, name: 'node-2' }),
      sampleHeartbeat({ seq: 2, name: 'node-2' }, 1),
      sampleHeartbeat({ seq: 2, name: 'node-2' }, 1),
    ];
    t.same(await seqsOf(store, reports), ['stored', 'repeat', 'stored', 'stored', 'stored', 'repeat']);
  });

  t.test('a repeat changes nothing, not even when the node was seen', async t => {
    const store = await open(t);
    await accept(store, sampleFull({ seq: 1 }, broken('a')), 100);
    const before = await detail(store);
    await accept(store, sampleFull({ seq: 1 }, broken('b')), 500);
    t.same(await detail(store), before);
  });

  t.test('a heartbeat asks for the full report that is not held, until it comes', async t => {
    const store = await open(t);
    const reports = [
      sampleHeartbeat({ seq: 2 }, 1),
      sampleHeartbeat({ seq: 3 }, 1),
      sampleHeartbeat({ seq: 3 }, 1),
      sampleFull({ seq: 4 }),
      sampleHeartbeat({ seq: 5 }, 4),
      sampleHeartbeat({ seq: 9 }, 8),
      sampleFull({ seq: 7 }),
      sampleFull({ seq: 8 }),
      sampleHeartbeat({ seq: 10 }, 8),
    ];
    t.same(await seqsOf(store, reports), [
      'stored resync',
      'stored resync',
      'repeat resync',
      'stored',
      'stored',
      'stored resync',
      'stored resync',
      'stored',
      'stored',
    ]);
  });

  t.test('a late report of the same boot is noted and changes nothing', async t => {
    const store = await open(t);
    await seqsOf(store, [sampleFull({ seq: 5 }, broken('new'))]);
    t.same(await seqsOf(store, [sampleFull({ seq: 3 }, broken('old')), sampleFull({ seq: 3 }, broken('old'))]), [
      'stored',
      'repeat',
    ]);
    t.same(await openIds(store), ['new']);
    t.equal((await history(store)).length, 1);
    await seqsOf(store, [sampleHeartbeat({ seq: 4 }, 3)]);
    t.equal((await detail(store)).status, 'failing');
  });

  t.test('a newer boot takes over, a late report of the older one changes nothing', async t => {
    const store = await open(t);
    await seqsOf(store, [
      sampleFull({ seq: 50, boot: 'a' }, broken('before')),
      sampleFull({ seq: 1, boot: 'b' }, broken('after')),
    ]);
    t.same(await openIds(store), ['after']);
    t.same(
      await seqsOf(store, [
        sampleFull({ seq: 51, boot: 'a' }, broken('late')),
        sampleHeartbeat({ seq: 52, boot: 'a' }, 40),
      ]),
      ['stored', 'stored'],
      'and an old boot is never asked for more',
    );
    t.same(await openIds(store), ['after']);
    t.equal((await detail(store)).bootId, 'b');
  });

  t.test('after a reboot the state of before is not taken for that of now', async t => {
    const store = await open(t);
    await seqsOf(store, [sampleFull({ seq: 50, boot: 'a' })]);
    t.equal((await detail(store)).status, 'ok');
    t.same(await seqsOf(store, [sampleHeartbeat({ seq: 2, boot: 'b' }, 1)]), ['stored resync']);
    t.equal((await detail(store)).status, 'unknown');
    await seqsOf(store, [sampleFull({ seq: 3, boot: 'b' })]);
    t.equal((await detail(store)).status, 'ok');
  });

  t.test('boots that came in the wrong order are put right once the false newer one is silent', async t => {
    const store = await open(t);
    const live = (seq: number): Report => sampleHeartbeat({ seq, boot: 'live' }, 1);
    await accept(store, sampleFull({ seq: 1, boot: 'live' }, broken('live')), 0);
    await accept(store, sampleFull({ seq: 99, boot: 'dead' }, broken('dead')), 1000);
    t.same(await accept(store, live(2), 30_000), { stored: true, resync: false });
    t.equal((await detail(store)).bootId, 'dead');
    t.same(await accept(store, live(3), 62_000), { stored: true, resync: true });
    t.equal((await detail(store)).bootId, 'live');
    await accept(store, sampleFull({ seq: 4, boot: 'live' }, broken('live')), 62_001);
    t.same(await openIds(store), ['live']);
  });

  t.test('texts that no database holds are stored as near as they can be, and found so', async t => {
    const store = await open(t);
    for (const [at, odd] of ['nul \0', 'half \ud800', '\udc00 half', '__proto__', 'constructor', '\u2028'].entries()) {
      const name = `node-${at}`;
      const told = odd.replaceAll('\0', '\ufffd').toWellFormed();
      const pods = [samplePod({ namespace: odd, pod: odd, container: odd, podUid: odd })];
      const findings = [
        sampleFinding({ id: name, image: odd, registry: odd, host: odd, title: odd, message: odd, pods }),
      ];
      const way = (outcome: 'fail' | 'pass'): FullReport['checks'] => [
        { ...{ id: 'tcp.connect', stage: 'tcp', outcome, ms: 1, detail: odd }, code: odd, registry: odd, host: odd },
      ];
      const retries: FullReport['retries'] = [
        { ...{ image: odd, at: 1, ms: 1, outcome: 'failed', cause: 'dns-failure', message: odd } },
      ];
      const runtime = { name: odd, version: odd, apiVersion: odd };
      const state = { runtime, findings, retries, traits: { [odd]: odd }, fingerprint: { [odd]: 'a' } };
      const first = { ...sampleFull({ name }, { ...state, checks: way('fail') }), agent: { version: odd } };
      t.match(await accept(store, first, 100), { stored: true }, odd);
      await accept(store, sampleFull({ name, seq: 2 }, { ...state, checks: way('pass') }), 200);
      t.match(await accept(store, first, 300), { stored: false }, odd);
      const at1000 = await detail(store, name);
      t.match(at1000, { runtime: { name: odd }, findings: [{ id: name, registry: odd }], retries: [{ message: odd }] });
      const any = { node: name, cause: null, image: null, since: null, before: null, state: 'open' } as const;
      const found = await store.findings({ ...any, registry: told, namespace: null, limit: 5 });
      t.match(found.items, [{ id: name, image: odd }]);
      const { items } = await store.checkHistory({ node: name, registry: told, since: null, before: null, limit: 5 });
      t.same(
        items.map(({ outcome, host }) => `${outcome} ${host ?? ''}`),
        [`pass ${told}`, `fail ${told}`],
      );
    }
    t.equal((await store.changedSince(0, 100)).length, 6);
  });

  t.test('a node that replaces another of its name inherits nothing', async t => {
    const store = await open(t);
    await seqsOf(store, [
      sampleFull({ uid: 'old', seq: 9 }, broken('old')),
      sampleHeartbeat({ uid: 'new', seq: 2 }, 1),
    ]);
    t.match(await detail(store), { uid: 'new', status: 'unknown', findings: [], reportedAt: null, runtime: null });
    t.match(await detail(store, 'old'), { uid: 'old', findings: [] });
    t.match(await history(store), [{ id: 'old', nodeUid: 'old', state: 'closed' }]);
    const page = await store.nodes({ status: null, after: null, limit: 10 }, at);
    t.same(
      page.items.map(node => node.uid),
      ['new'],
    );
  });

  t.test('the summary counts what is open, most urgent cause first', async t => {
    const store = await open(t);
    const findings = [
      sampleFinding({
        id: '1',
        cause: 'pull-qps-exceeded',
        severity: 'warning',
        pods: Array.from({ length: 9 }, () => samplePod()),
      }),
      sampleFinding({ id: '2', cause: 'disk-full' }),
      sampleFinding({ id: '3', cause: 'dns-failure', pods: [samplePod(), samplePod()] }),
      sampleFinding({ id: '4', cause: 'disk-full' }),
      sampleFinding({ id: '4', cause: 'disk-full' }),
    ];
    await seqsOf(store, [sampleFull({}, { findings })]);
    t.match(await detail(store), {
      errors: 3,
      warnings: 1,
      causes: [
        { cause: 'disk-full', count: 2 },
        { cause: 'dns-failure', count: 1 },
        { cause: 'pull-qps-exceeded', count: 1 },
      ],
    });
    t.equal((await detail(store)).causes.length, 3);
  });
};
