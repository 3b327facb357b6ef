import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Box } from './box.ts';
import type { Pod, PullSecret } from './kubelet.ts';
import type { Daemon } from './process.ts';
import type { Scenario } from './scenarios.ts';

/** A pod of one container, by what decides of its image. */
export type WantedPod = Pick<Scenario, 'pod' | 'image' | 'policy' | 'secret'>;

/** The stand-in kubelet of a node, which writes to the node's journal. */
export type Kubelet = {
  readonly daemon: Daemon;
  /** Schedules a pod on the node. Gives its uid. */
  add(pod: WantedPod): Promise<string>;
  remove(pod: Pick<WantedPod, 'pod'>): Promise<void>;
};

export type KubeletOptions = {
  /** Below 1 shortens back-off and sync period; 1 is the kubelet's own. */
  timeScale: number;
  /** The pull secrets that pods may name, by their name. */
  secrets: Record<string, PullSecret>;
};

/** The namespace of every pod. */
const namespace = 'default';

/** Replaces a file in one step, so that its reader never sees half of it. */
const writeWhole = async (path: string, value: unknown): Promise<void> => {
  await writeFile(`${path}.new`, JSON.stringify(value));
  await rename(`${path}.new`, path);
};

const podOf = ({ pod, image, policy, secret }: WantedPod): Pod => ({
  metadata: { namespace, name: pod, uid: randomUUID() },
  spec: {
    containers: [{ name: 'app', image, ...(policy === undefined ? {} : { imagePullPolicy: policy }) }],
    ...(secret === undefined ? {} : { imagePullSecrets: [{ name: secret }] }),
  },
});

/** Starts the stand-in kubelet on a bare node, with no pod yet. */
export const startKubelet = async (box: Box, { timeScale, secrets }: KubeletOptions): Promise<Kubelet> => {
  const [podDir, secretDir] = [join(box.dir, 'pods'), join(box.dir, 'secrets')];
  await mkdir(podDir);
  await mkdir(join(secretDir, namespace), { recursive: true });
  for (const [name, secret] of Object.entries(secrets))
    await writeWhole(join(secretDir, namespace, `${name}.json`), secret);
  const program = join(import.meta.dirname, 'kubelet.ts');
  const where = ['--cri-socket', box.containerd.socket, '--pods', podDir, '--secrets', secretDir];
  const pace = ['--time-scale', String(timeScale)];
  const daemon = await box.journald.start('kubelet', [process.execPath, program, ...where, ...pace]);
  return {
    daemon,
    async add(wanted) {
      const pod = podOf(wanted);
      await writeWhole(join(podDir, `${wanted.pod}.json`), pod);
      return pod.metadata.uid;
    },
    remove: ({ pod }) => rm(join(podDir, `${pod}.json`)),
  };
};
