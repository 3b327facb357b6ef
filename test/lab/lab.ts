import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBox } from './box.ts';
import type { Box, BoxOptions } from './box.ts';
import { account, startHosts } from './hosts.ts';
import type { Hosts } from './hosts.ts';
import type { Pod, PullSecret } from './kubelet.ts';
import type { Daemon } from './process.ts';
import type { Scenario } from './scenarios.ts';

/** A node in a box: a bare node with registries and a kubelet's image manager. */
export type Lab = {
  readonly box: Box;
  readonly hosts: Hosts;
  readonly kubelet: Daemon;
  /** Schedules a pod on the node. Gives its uid. */
  addPod(scenario: Scenario): Promise<string>;
  removePod(scenario: Scenario): Promise<void>;
  stop(): Promise<void>;
};

export type LabOptions = BoxOptions & {
  /** Below 1 shortens the stand-in kubelet's back-off and sync period; 1 is the kubelet's own. */
  timeScale?: number;
};

const namespaceOfPods = 'default';

/** The pull secrets that pods may name, by their name. */
const secretsFor = (host: string): Record<string, PullSecret> => ({
  right: { auths: { [host]: account } },
  wrong: { auths: { [host]: { ...account, password: 'wrong-password' } } },
});

/** Replaces a file in one step, so that its reader never sees half of it. */
const writeWhole = async (path: string, value: unknown): Promise<void> => {
  await writeFile(`${path}.new`, JSON.stringify(value));
  await rename(`${path}.new`, path);
};

const podOf = ({ pod, image, policy, secret }: Scenario): Pod => ({
  metadata: { namespace: namespaceOfPods, name: pod, uid: randomUUID() },
  spec: {
    containers: [{ name: 'app', image, ...(policy === undefined ? {} : { imagePullPolicy: policy }) }],
    ...(secret === undefined ? {} : { imagePullSecrets: [{ name: secret }] }),
  },
});

/** Starts the whole lab, with no pod yet. */
export const startLab = async (options: LabOptions = {}): Promise<Lab> => {
  await using undo = new AsyncDisposableStack();
  const box = await startBox(options);
  undo.defer(() => box.stop());
  const hosts = await startHosts({ box, defer: stop => undo.defer(stop) });

  const pods = join(box.dir, 'pods');
  const secrets = join(box.dir, 'secrets');
  await mkdir(pods);
  await mkdir(join(secrets, namespaceOfPods), { recursive: true });
  for (const [name, secret] of Object.entries(secretsFor(hosts.name('auth'))))
    await writeWhole(join(secrets, namespaceOfPods, `${name}.json`), secret);
  const program = join(import.meta.dirname, 'kubelet.ts');
  const where = ['--cri-socket', box.containerd.socket, '--pods', pods, '--secrets', secrets];
  const pace = ['--time-scale', String(options.timeScale ?? 1)];
  const kubelet = await box.journald.start('kubelet', [process.execPath, program, ...where, ...pace]);
  undo.defer(() => kubelet.stop());

  const owned = undo.move();
  return {
    box,
    hosts,
    kubelet,
    async addPod(scenario) {
      const pod = podOf(scenario);
      await writeWhole(join(pods, `${scenario.pod}.json`), pod);
      return pod.metadata.uid;
    },
    removePod: scenario => rm(join(pods, `${scenario.pod}.json`)),
    stop: () => owned.disposeAsync(),
  };
};
