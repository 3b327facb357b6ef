import { join } from 'node:path';
import t from 'tap';
import { startAgent } from '../../src/agent/agent.ts';
import type { ReportedCheck } from '../../src/model/check.ts';
import type { FullReport } from '../../src/model/report.ts';
import { parseReport } from '../../src/wire/report-schema.ts';
import { startLab } from '../lab/lab.ts';
import { allScenarios } from '../lab/scenarios.ts';
import { keepLog, optionsOf, temporaryDirectory, until } from './fixture.ts';
import { startSink, taken } from './sink.ts';

const lab = await startLab({ timeScale: 0.3 });
const { path, remove } = await temporaryDirectory();
t.teardown(async () => {
  await lab.stop();
  await remove();
});
const scenario = (pod: string) => {
  const found = allScenarios(lab.hosts).find(one => one.pod === pod);
  if (!found) throw new Error(`the lab has no ${pod}`);
  return found;
};

t.test('what breaks on the path is in the report within seconds, and so is that it healed', async t => {
  const sink = await startSink(() => taken);
  const log = keepLog();
  const agent = await startAgent(
    optionsOf([
      ...[`--aggregator-url=${sink.url.href}`, '--listen=127.0.0.1:0', `--data-dir=${join(path, 'data')}`],
      ...[`--journal-dir=${lab.box.journald.directory}`, `--cri-socket=unix://${lab.box.containerd.socket}`],
      ...lab.box.journald.units.map(unit => `--journal-unit=${unit}`),
      ...['--node-name=n1', '--heartbeat=2s', `--host-root=${lab.box.namespace.path('')}`, '--retry=off'],
    ]),
    log,
  );
  t.teardown(async () => {
    await agent.stop();
    await sink.close();
  });
  const last = (): FullReport | undefined => sink.stored.findLast(report => report.kind === 'full');
  const checks = (host: string): ReportedCheck[] => last()?.checks.filter(check => check.host === host) ?? [];
  const outcome = (host: string, id: string): string | undefined =>
    checks(host).find(check => check.id === id)?.outcome;
  const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${agent.address.port}/readyz`)).status;

  t.equal(await ready(), 503, 'not before the first walk');
  const good = lab.hosts.name('good');
  const dropped = lab.hosts.name('drop');
  await until('ready', async () => (await ready()) === 200, 90_000);
  await until(
    'all registries of certs.d',
    () => outcome(good, 'registry.ping') === 'pass' && checks(dropped).length > 0,
    30_000,
  );
  t.equal(outcome(dropped, 'tcp.connect'), 'fail');
  t.match(
    checks(dropped).find(check => check.id === 'tcp.connect'),
    { code: 'tcp-timeout', registry: dropped, role: 'upstream' },
  );
  for (const id of ['node.disk', 'config.proxy', 'node.clock', 'runtime.cri'])
    t.equal(last()?.checks.filter(check => check.id === id).length, 1, `${id} once`);

  await lab.addPod(scenario('no-tag'));
  await until('the image', () => outcome(good, 'registry.manifest') === 'fail', 30_000);
  t.match(
    checks(good).find(check => check.id === 'registry.manifest'),
    { code: 'tag-not-found', facts: { image: scenario('no-tag').image } },
  );

  await lab.addPod(scenario('dropped'));
  await until('its finding', () => last()?.findings.some(one => one.cause === 'network-timeout') === true, 60_000);
  await lab.box.firewall.allow(lab.hosts.address('drop'));
  await until('it healed', () => outcome(dropped, 'registry.ping') === 'pass', 90_000);
  for (const report of sink.stored) t.same(parseReport(JSON.stringify(report)).ok, true);
  t.same(
    log.lines.filter(line => line.level === 'error'),
    [],
  );
});
