import t from 'tap';
import type { RuntimeStatus } from '../../src/agent/cri/monitor.ts';
import { LineReader } from '../../src/agent/line-reader.ts';
import { NodeState } from '../../src/agent/node-state.ts';
import type { Check } from '../../src/model/check.ts';
import { limits } from '../../src/model/limits.ts';
import type { PullEvent } from '../../src/model/pull-event.ts';
import type { Walk } from '../../src/model/walk.ts';
import { recordedLines, recordings } from '../recording/lines.ts';

const node = { uid: 'u', name: 'n1' };
const failed = (pod: string, at: number): PullEvent => ({
  ...{ kind: 'pod-failed', at, who: { namespace: 'd', pod, podUid: null, container: 'app' }, reason: 'ErrImagePull' },
  ...{ image: 'x.test/y:1', message: 'failed to resolve image: x.test/y:1: not found' },
});
const check = (outcome: Check['outcome'], more: Partial<Check> = {}): Check => ({
  ...{ id: 'runtime.cri', stage: 'runtime', outcome, code: null, ms: 1, detail: '' },
  ...more,
});
const up: RuntimeStatus = {
  runtime: { name: 'containerd', version: '2.1.9', apiVersion: 'v1' },
  check: check('pass'),
  down: null,
};
const down: RuntimeStatus = {
  runtime: null,
  check: check('fail', { code: 'unavailable' }),
  down: { since: 5, message: 'm' },
};

t.test('a report holds pulls and findings, without the ledger’s own notes', t => {
  const state = new NodeState(node, null);
  t.equal(state.apply(failed('a', 10)), 'changed');
  const report = state.report(20);
  t.equal(report.pulls.length, 1);
  t.notOk('backoff' in (report.pulls[0] ?? {}) || 'specImage' in (report.pulls[0] ?? {}));
  t.match(report.findings, [{ cause: 'tag-not-found', pods: [{ pod: 'a' }] }]);
  t.equal(state.quietSince(), 10);
  t.match(state.pullOf({ namespace: 'd', pod: 'a', container: 'app' }), { image: 'x.test/y:1' });
  t.equal(state.pullOf({ namespace: 'd', pod: 'a', container: 'other' }), null);
  const again = new NodeState(node, state.ledgerState());
  t.same(again.report(20), report, 'and a restart knows it all');
  t.equal(again.closeSilent(10 + limits.silentPullMs + 1), 'changed');
  t.equal(again.quietSince(), null);
  t.end();
});

t.test('only what changes is worth a report', t => {
  const state = new NodeState(node, null);
  t.equal(state.runtimeKnown, false);
  t.equal(state.setRuntime(up), 'changed');
  t.equal(state.setRuntime({ ...up, check: check('pass', { ms: 9 }) }), 'none');
  t.equal(state.runtimeKnown, true);
  t.equal(state.setRuntime(down), 'changed');
  t.match(state.report(9), { runtime: null, findings: [{ cause: 'runtime-unavailable', firstSeen: 5, lastSeen: 9 }] });
  t.equal(state.setRuntime({ ...down, down: { since: 5, message: 'other' } }), 'none');
  t.equal(state.setRuntime(up), 'changed');
  t.same(state.report(9).findings, []);
  const journal = check('pass', { id: 'node.journal' });
  t.equal(state.setJournal(journal), 'changed');
  t.equal(state.setJournal(journal), 'none');
  t.same(
    state.report(9).checks.map(({ id }) => id),
    ['runtime.cri', 'node.journal'],
  );
  t.end();
});

t.test('retries are kept, the newest of them; losses are counted', t => {
  const state = new NodeState(node, null);
  for (let at = 0; at < limits.retryRecords + 5; at += 1)
    state.addRetry({ image: 'x', at, ms: 1, outcome: 'pulled', cause: null, message: null });
  t.equal(state.report(0).retries.length, limits.retryRecords);
  t.equal(state.report(0).retries[0]?.at, 5);
  state.lostReports(2);
  state.lostLines(3);
  for (let index = 0; index <= limits.openPulls; index += 1) state.apply(failed(`p${index}`, index / 100));
  t.same(state.dropped, { reports: 2, lines: 3, pulls: 1 });
  t.end();
});

const walk = (target: string, given: Partial<Check> = {}, more: Partial<Walk> = {}): Walk => ({
  ...{ target, registry: target, checks: [], findings: [], startedAt: 100, ms: 5 },
  hosts: [
    {
      ...{ host: target, role: 'upstream', url: `https://${target}/v2`, source: 'default' },
      checks: [check('pass', { id: 'tcp.connect', stage: 'tcp', ...given })],
    },
  ],
  ...more,
});

t.test('the newest walk of each target is kept and reported; only another verdict is a change', t => {
  const state = new NodeState(node, null);
  t.equal(state.addWalk(walk('x.test')), 'changed');
  t.equal(state.addWalk(walk('x.test', { ms: 90, facts: { address: '192.0.2.1' }, detail: 'other' })), 'seen');
  t.match(state.report(200).checks, [{ id: 'tcp.connect', ms: 90, registry: 'x.test', host: 'x.test', at: 100 }]);
  t.equal(state.addWalk(walk('x.test', { outcome: 'fail', code: 'tcp-refused' })), 'changed');
  t.equal(state.addWalk(walk('x.test', { outcome: 'fail', code: 'tcp-timeout' })), 'changed');
  const image = { image: 'x.test/y:1', registry: 'x.test' };
  t.equal(state.addWalk(walk('x.test/y:1', { id: 'registry.manifest', stage: 'manifest' }, image)), 'changed');
  state.addWalk(walk('a.test'));
  t.same(
    state.walks().map(({ target }) => target),
    ['a.test', 'x.test', 'x.test/y:1'],
  );
  t.equal(state.keepWalks([{ registry: 'x.test', image: null }]), 'changed');
  t.equal(state.keepWalks([{ registry: 'x.test', image: null }]), 'none');
  t.equal(state.walks().length, 1);
  t.end();
});

t.test('what a round read of the node is reported once, and changes with its files', t => {
  const state = new NodeState(node, null);
  const disk = check('pass', { id: 'node.disk', stage: 'unpack', facts: { freeBytes: 5 } });
  const reading = { checks: [disk], at: 7, fingerprint: { a: '1' }, traits: {} };
  t.equal(state.setReading(reading), 'changed');
  t.equal(state.setReading({ ...reading, checks: [{ ...disk, facts: { freeBytes: 4 } }], at: 8 }), 'seen');
  t.match(state.report(9), { fingerprint: { a: '1' }, traits: {}, checks: [{ id: 'node.disk', at: 8 }] });
  t.equal(state.setReading({ ...reading, fingerprint: { a: '2' } }), 'changed');
  t.equal(state.setReading({ ...reading, checks: [{ ...disk, outcome: 'fail', code: 'disk-full' }] }), 'changed');
  t.equal(state.setKubelet('v1.36.0'), 'changed');
  t.equal(state.setKubelet('v1.36.0'), 'none');
  t.same(state.report(9).kubelet, { version: 'v1.36.0' });
  t.end();
});

t.test('a walk settles the cause of what the text says', t => {
  const state = new NodeState(node, null);
  const message =
    'failed to do request: Head "https://x.test/v2/": dial tcp: lookup x.test on 10.0.0.2:53: no such host';
  state.apply({ ...failed('a', 10), message } as PullEvent);
  t.match(state.report(20).findings, [{ cause: 'dns-failure' }]);
  t.same(state.openImages(), ['x.test/y:1']);
  const problem = check('fail', { id: 'config.hosts-toml', stage: 'config', code: 'hosts-config-invalid' });
  const found = state.report(20).findings[0];
  if (found === undefined) throw new Error('no finding');
  state.addWalk(
    walk(
      'x.test',
      { outcome: 'fail', code: 'tcp-refused' },
      {
        checks: [problem],
        findings: [
          {
            ...found,
            textCause: 'other',
            cause: 'hosts-config-invalid',
            code: 'hosts-config-invalid',
            evidence: [problem.id],
          },
        ],
      },
    ),
  );
  t.match(state.report(200).findings, [{ cause: 'hosts-config-invalid', textCause: 'dns-failure' }]);
  t.end();
});

t.test('images that were pulled are told for a day, also after a restart, and each in its full name', t => {
  const state = new NodeState(node, null);
  const pulled = (image: string, at: number): string => state.apply({ kind: 'image-pulled', at, image });
  const day = limits.pulledMs;
  t.equal(pulled('nginx:1', 1000), 'pulled');
  t.equal(pulled('docker.io/library/nginx:1', 1001), 'none', 'containerd says it twice');
  t.equal(pulled('sha256:d18f617d893dc05d68dd55385736eb0a8ba521b36d92939db24ab90f8ada9cca', 1500), 'none', 'a number');
  t.equal(pulled('r.example/a:1', 2000), 'pulled');
  t.equal(pulled('nginx:1', 60_000), 'none', 'pulled again within the hour');
  t.equal(pulled('nginx:1', 5000), 'none', 'a line that comes late');
  const said = [
    { image: 'docker.io/library/nginx:1', at: 60_000 },
    { image: 'r.example/a:1', at: 2000 },
  ];
  t.same(state.report(70_000).pulled, said);
  t.same(new NodeState(node, state.ledgerState()).report(70_000).pulled, said);
  t.same(state.report(2000 + day).pulled, said.slice(0, 1));
  for (let at = 0; at < limits.pulledImages; at += 1) pulled(`r.example/b:${at}`, 100_000 + at);
  t.equal(state.report(200_000).pulled?.length, limits.pulledImages);
  t.equal(state.report(200_000).pulled?.at(-1)?.image, 'r.example/b:0');
  const { pulls, errors, secrets } = state.ledgerState();
  t.same(new NodeState(node, { pulls, errors, secrets }).report(0).pulled, [], 'an older agent saved none');
  t.end();
});

t.test('the recorded nodes: what each generation of containerd pulled for a real kubelet', t => {
  for (const name of recordings) {
    const state = new NodeState(node, null);
    const reader = new LineReader(
      event => state.apply(event),
      () => undefined,
    );
    for (const [index, message] of recordedLines(name).entries())
      reader.read({ cursor: 'c', stream: 's', at: index * 10, message });
    const pulled = state.report(1_000_000).pulled ?? [];
    t.same(
      pulled.map(({ image }) => image).sort(),
      ['auth.lab.test/team/api:1.4.2', 'good.lab.test/app:v1', 'mirrored.lab.test/app:v1'],
      name,
    );
  }
  t.end();
});
