import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { withoutRoot } from '../house/root.ts';
import { connectCri } from './cri.ts';
import { startLab } from './lab.ts';
import { removeLeftovers } from './leftovers.ts';
import { waitFor } from './process.ts';
import { allScenarios } from './scenarios.ts';
import { tracesOf } from './traces.ts';

// Seconds on an idle machine; much longer beside a whole test run on two cores.
t.setTimeout(290_000);

t.test('the stand-in kubelet pulls, fails, waits, and forgets a deleted pod', { skip: withoutRoot }, async t => {
  const lab = await startLab({ timeScale: 0.02 });
  t.teardown(() => lab.stop());
  const scenarios = new Map(allScenarios(lab.hosts).map(scenario => [scenario.pod, scenario]));
  const logged = async (pattern: string): Promise<boolean> =>
    (await lab.box.journald.journalctl('-u', 'kubelet', '-o', 'cat', '-g', pattern).catch(() => '')) !== '';
  const awaited = (pattern: string): Promise<void> => waitFor(pattern, () => logged(pattern), { every: 200 });
  for (const name of ['healthy', 'healthy-private', 'healthy-mirrored', 'no-tag', 'bad-name', 'missing-secret']) {
    const scenario = scenarios.get(name);
    if (scenario !== undefined) await lab.addPod(scenario);
  }
  for (const name of ['healthy', 'healthy-private', 'healthy-mirrored'])
    await awaited(`Observed pod startup duration" pod="default/${name}"`);
  await awaited('PullImage from image service failed.*good.lab.test.*app:v9');
  await awaited('with ImagePullBackOff.*pod="default/no-tag"');
  await awaited('with InvalidImageName.*pod="default/bad-name"');
  await awaited('Unable to retrieve pull secret.*pod="default/missing-secret"');
  await waitFor(
    'a second attempt',
    async () => {
      const lines = await lab.box.journald.journalctl('-u', 'kubelet', '-o', 'cat', '-g', 'with ErrImagePull.*no-tag');
      return lines.trim().split('\n').length >= 2;
    },
    { every: 200 },
  );

  const cri = connectCri(lab.box.containerd.socket);
  t.teardown(() => cri.close());
  for (const [name, wanted] of [
    ['healthy', true],
    ['healthy-private', true],
    ['no-tag', false],
  ] as const)
    t.equal(await cri.has(scenarios.get(name)?.image ?? ''), wanted, `${name} is ${wanted ? '' : 'not '}there`);
  const gone = scenarios.get('no-tag');
  if (gone !== undefined) await lab.removePod(gone);
  await awaited('SyncLoop DELETE.*default/no-tag');
});

t.test('a lab that is stopped leaves nothing', { skip: withoutRoot }, async t => {
  const lab = await startLab();
  const { id, dir } = lab.box;
  const block = lab.hosts.address('good').split('.').slice(0, 3).join('.');
  const running = await tracesOf({ id, dir, block });
  for (const kind of ['folder', 'firewall rule', 'tcp socket', 'process', 'cgroup'])
    t.ok(
      running.some(trace => trace.startsWith(kind)),
      `a running lab shows: ${kind}`,
    );
  await lab.stop();
  t.same(await tracesOf({ id, dir, block }), []);
});

t.test('two labs run side by side', { skip: withoutRoot }, async t => {
  const labs = await Promise.all([startLab(), startLab()]);
  t.not(labs[0].hosts.address('good'), labs[1].hosts.address('good'));
  await Promise.all(labs.map(lab => lab.stop()));
});

t.test('what a killed lab leaves is removed by the next one', { skip: withoutRoot }, async t => {
  const program = `
    import { startLab } from ${JSON.stringify(join(import.meta.dirname, 'lab.ts'))};
    const { box, hosts } = await startLab();
    console.log(JSON.stringify({ id: box.id, dir: box.dir, address: hosts.address('good') }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { id, dir, address } = JSON.parse(line.toString()) as { id: string; dir: string; address: string };
  const block = address.split('.').slice(0, 3).join('.');
  await removeLeftovers();
  t.ok((await tracesOf({ id, dir, block })).length > 0, 'a living lab is not touched');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const processes = async (): Promise<string[]> =>
    (await tracesOf({ id, dir, block })).filter(trace => trace.startsWith('process'));
  await waitFor('the end of its processes', async () => (await processes()).length === 0, { every: 200 });
  await removeLeftovers();
  // Another test's lab, starting at the same moment, may be at it too.
  await waitFor('no trace', async () => (await tracesOf({ id, dir, block })).length === 0, { every: 200 });
});
