import { join } from 'node:path';
import t from 'tap';
import { startAgent } from '../../src/agent/agent.ts';
import { sampleServer } from '../aggregator/sample.ts';
import { startLab } from '../lab/lab.ts';
import { allScenarios, type Scenario } from '../lab/scenarios.ts';
import { keepLog, optionsOf, temporaryDirectory, until } from './fixture.ts';

const lab = await startLab();
const { path, remove } = await temporaryDirectory();
t.teardown(async () => {
  await lab.stop();
  await remove();
});
const scenario = (pod: string): Scenario => {
  const found = allScenarios(lab.hosts).find(one => one.pod === pod);
  if (!found) throw new Error(`the lab has no ${pod}`);
  return found;
};

t.test(
  'an image whose registry comes back is pulled, and its pod runs before the kubelet would have tried again',
  async t => {
    const { app } = sampleServer(t);
    const server = await app.listen({ host: '127.0.0.1', port: 0 });
    const log = keepLog();
    const agent = await startAgent(
      optionsOf([
        ...[`--aggregator-url=${server}`, '--listen=127.0.0.1:0', `--data-dir=${join(path, 'data')}`],
        ...[`--journal-dir=${lab.box.journald.directory}`, `--cri-socket=unix://${lab.box.containerd.socket}`],
        ...lab.box.journald.units.map(unit => `--journal-unit=${unit}`),
        ...['--node-name=n1', '--heartbeat=5s', `--host-root=${lab.box.namespace.path('')}`],
      ]),
      log,
    );
    t.teardown(() => agent.stop());
    const { image } = scenario('dropped');
    const note = () => agent.report().findings.find(finding => finding.image === image)?.recovery;
    const record = () => agent.report().retries.find(retry => retry.image === image);
    const attempts = () => agent.report().pulls.find(pull => pull.image === image)?.attempts ?? 0;
    await lab.addPod(scenario('dropped'));
    await until('the finding', () => note()?.state === 'watching', 60_000);
    t.match(note(), { state: 'watching', says: /tcp\.connect/ });
    await until('a second attempt in vain', () => attempts() >= 2, 90_000);
    t.equal(record(), undefined, 'nothing was pulled while it was broken');
    await lab.box.firewall.allow(lab.hosts.address('drop'));
    await until('the pull', () => record()?.outcome === 'pulled', 30_000);
    await until('the pod', () => record()?.ranAt !== undefined, 40_000);
    t.match(record(), {
      watched: { check: 'tcp.connect', host: lab.hosts.name('drop') },
      healedAt: Number,
      ranAt: Number,
    });
    t.ok((record()?.savedMs ?? 0) > 0, 'before its next attempt');
    t.same(agent.report().pulls, [], 'nothing waits any more');
  },
);
