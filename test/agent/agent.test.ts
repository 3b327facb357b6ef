import t from 'tap';
import { startAgent, type RunningAgent } from '../../src/agent/agent.ts';
import { normalImage } from '../../src/model/image-ref.ts';
import type { FullReport } from '../../src/model/report.ts';
import { scenarioOf, type Scenario } from '../lab/scenarios.ts';
import { startAgentLab } from './agent-lab.ts';
import { keepLog } from './fixture.ts';
import { until } from '../house/until.ts';
import { withoutRoot } from '../house/root.ts';
import { startSink, taken, type Sink } from './sink.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

t.test('an agent on a real node', { skip: withoutRoot, timeout: 280_000 }, async t => {
  const { lab, options } = await startAgentLab(t, { timeScale: 0.3 });
  const scenario = (pod: string): Scenario => scenarioOf(lab.hosts, pod);

  const log = keepLog();
  const start = (sink: Sink): Promise<RunningAgent> =>
    startAgent(options(sink.url.href, 'data', '--heartbeat=2s', '--retry=confirm'), log);
  const lastFull = (sink: Sink): FullReport | undefined => sink.stored.findLast(report => report.kind === 'full');
  const podsOf = (report: FullReport | undefined): string[] =>
    (report?.findings ?? []).flatMap(finding => finding.pods.map(pod => `${pod.pod}: ${finding.cause}`)).sort();

  t.test('a failing pull becomes a finding, is retried once, and is closed when its pod goes', async t => {
    const sink = await startSink(() => taken);
    const agent = await start(sink);
    await until('both vital checks', () => {
      const passed = lastFull(sink)?.checks.filter(check => check.outcome === 'pass') ?? [];
      return ['runtime.cri', 'node.journal'].every(id => passed.some(check => check.id === id));
    });
    t.match(lastFull(sink)?.runtime, { name: 'containerd', apiVersion: 'v1' });

    await lab.addPod(scenario('healthy'));
    await lab.addPod(scenario('no-such-host'));
    await lab.addPod(scenario('never'));
    await until('both findings', () => podsOf(lastFull(sink)).length === 2);
    t.same(podsOf(lastFull(sink)), ['never: never-pull', 'no-such-host: dns-failure']);
    const pulled = (): string[] => (lastFull(sink)?.pulled ?? []).map(one => one.image);
    await until('the image that containerd pulled', () => pulled().length > 0);
    t.same(pulled(), [normalImage(scenario('healthy').image)]);
    await until('the retry', () => (lastFull(sink)?.retries.length ?? 0) > 0);
    t.match(lastFull(sink)?.retries, [
      { image: scenario('no-such-host').image, outcome: 'failed', cause: 'dns-failure' },
    ]);
    const attempts = (): number => lastFull(sink)?.pulls.find(pull => pull.pod === 'no-such-host')?.attempts ?? 0;
    await until('more attempts', () => attempts() >= 3);
    t.equal(lastFull(sink)?.retries.length, 1, 'once, however often the kubelet tries');

    const metrics = await (await fetch(`http://127.0.0.1:${agent.address.port}/metrics`)).text();
    t.match(metrics, /^pullpath_findings\{cause="dns-failure",registry="[\w.-]+",scope="node"\} 1$/m);
    t.match(metrics, /^pullpath_check_outcome\{node="n1",check="runtime.cri"\} 1$/m);
    t.match(metrics, /^pullpath_retries_total\{outcome="failed"\} 1$/m);
    t.match(metrics, /^pullpath_pull_failures_total\{cause="dns-failure",.*\} [3-9]$/m);

    await lab.removePod(scenario('never'));
    await until('it closed', () => podsOf(lastFull(sink)).length === 1);
    t.same(podsOf(agent.report()), ['no-such-host: dns-failure']);
    t.ok(sink.stored.every((report, index) => index === 0 || report.seq > (sink.stored[index - 1]?.seq ?? 0)));
    await agent.stop();
    await sink.close();
  });

  t.test('a restart knows what it knew, reads what it missed, and sends what was not sent', async t => {
    const before = await startSink(() => taken);
    const first = await start(before);
    await until('the first report', () => podsOf(lastFull(before)).length === 1);
    const { attempts = 0, firstSeen } = lastFull(before)?.pulls[0] ?? {};
    await before.close();
    await first.stop();

    await lab.addPod(scenario('bad-name'));
    const logged = (): Promise<string> =>
      lab.box.journald
        .journalctl('-u', 'kubelet', '-o', 'cat', '-g', 'with InvalidImageName.*bad-name')
        .catch(() => '');
    await until('the line that it misses', async () => (await logged()) !== '');
    const after = await startSink(() => taken);
    const second = await start(after);
    await until('both', () => podsOf(lastFull(after)).length === 2);
    t.same(podsOf(lastFull(after)), ['bad-name: image-name-invalid', 'no-such-host: dns-failure']);
    const kept = lastFull(after)?.pulls.find(pull => pull.pod === 'no-such-host');
    t.equal(kept?.firstSeen, firstSeen);
    t.ok((kept?.attempts ?? 0) >= attempts, 'attempts go on');
    t.match(kept?.message, /no such host/);
    t.ok((after.stored[0]?.seq ?? 0) > (before.stored.at(-1)?.seq ?? 0), 'numbers only grow');
    await second.stop();
    await after.close();
  });

  t.test('a runtime that stops is a finding within seconds, and one that is back closes it', async t => {
    const sink = await startSink(() => taken);
    const agent = await start(sink);
    await until('the runtime', () => lastFull(sink)?.runtime !== null && lastFull(sink) !== undefined);
    process.kill(lab.box.containerd.pid(), 'SIGSTOP');
    const down = (): boolean => lastFull(sink)?.findings.some(one => one.cause === 'runtime-unavailable') === true;
    await until('the finding', down);
    t.match(lastFull(sink)?.checks[0], { id: 'runtime.cri', outcome: 'fail', code: 'cri-unavailable' });
    process.kill(lab.box.containerd.pid(), 'SIGCONT');
    await until('it closed', () => !down());
    await agent.stop();
    await sink.close();
  });
});
