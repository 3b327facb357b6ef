import t from 'tap';
import { startAgent } from '../../src/agent/agent.ts';
import type { ReportedCheck } from '../../src/model/check.ts';
import { reachabilitySchema } from '../../src/wire/api.ts';
import { readJson } from '../../src/wire/read-json.ts';
import { sampleServer } from '../aggregator/sample.ts';
import { checkMetrics, withoutPromtool } from '../lab/promtool.ts';
import { scenarioOf, type Scenario } from '../lab/scenarios.ts';
import { startAgentLab } from '../agent/agent-lab.ts';
import { keepLog } from '../agent/fixture.ts';
import { withoutRoot } from '../house/root.ts';
import { until } from '../house/until.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

t.test('an agent that walks on a real node', { skip: withoutRoot, timeout: 280_000 }, async t => {
  const { lab, options } = await startAgentLab(t, { timeScale: 0.3 });
  const scenario = (pod: string): Scenario => scenarioOf(lab.hosts, pod);

  t.test('what breaks on the path is told by report and aggregator, and so is that it healed', async t => {
    const { app } = sampleServer(t);
    const server = await app.listen({ host: '127.0.0.1', port: 0 });
    const log = keepLog();
    const agent = await startAgent(
      options(server, 'data', '--heartbeat=2s', '--retry=off', '--probe-interval=30s'),
      log,
    );
    t.teardown(() => agent.stop());
    const checks = (id: string, host: string): ReportedCheck[] =>
      agent.report().checks.filter(check => check.id === id && check.host === host);
    const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${agent.address.port}/readyz`)).status;
    /** The stages of a host as the aggregator tells them: `tcp:fail`. */
    const stages = async (host: string): Promise<string[]> => {
      const body = await (await fetch(`${server}/v1/nodes/n1/reachability`)).text();
      const answer = readJson(body, reachabilitySchema);
      const row = answer.ok ? answer.value.hosts.find(one => one.host === host) : undefined;
      return row?.stages.map(({ stage, outcome }) => `${stage}:${outcome}`) ?? [];
    };
    const tells = (host: string, stage: string) => async (): Promise<boolean> => (await stages(host)).includes(stage);
    const [good, dropped] = [lab.hosts.name('good'), lab.hosts.name('drop')];

    t.equal(await ready(), 503, 'not before the first walk');
    await until('ready', async () => (await ready()) === 200);
    await until('the sound registry', tells(good, 'registry:pass'));
    await until('the broken one', tells(dropped, 'tcp:fail'));
    if (withoutPromtool === false)
      for (const at of [`http://127.0.0.1:${agent.address.port}/metrics`, `${server}/metrics`]) {
        const text = await (await fetch(at)).text();
        t.match(text, /^pullpath_build_info\{/m);
        t.equal(checkMetrics(text), '', `promtool has nothing to say of ${at}`);
      }
    t.match(checks('tcp.connect', dropped), [{ code: 'tcp-timeout', registry: dropped, role: 'upstream' }]);
    t.ok((await stages(dropped)).includes('registry:skip'), 'what waits for it is skipped');
    t.ok((await stages(good)).includes('manifest:unknown'), 'what was not tested is unknown');
    for (const id of ['node.disk', 'config.proxy', 'node.clock', 'runtime.cri', 'node.journal'])
      t.equal(agent.report().checks.filter(check => check.id === id).length, 1, `${id} once`);
    t.match(agent.report().fingerprint, { 'resolv.conf': /^[0-9a-f]{64}$/ });

    await lab.addPod(scenario('no-tag'));
    await until('its image walked', tells(good, 'manifest:fail'));
    t.match(checks('registry.manifest', good), [{ code: 'tag-not-found', facts: { image: scenario('no-tag').image } }]);
    await lab.removePod(scenario('no-tag'));
    await until('it forgotten', tells(good, 'manifest:unknown'));

    await lab.box.firewall.allow(lab.hosts.address('drop'));
    await until('what healed', tells(dropped, 'registry:pass'));
    await lab.box.firewall.drop(lab.hosts.address('good'));
    await until('what broke', tells(good, 'tcp:fail'));
    t.same(
      log.lines.filter(line => line.level === 'error'),
      [],
    );
  });
});
