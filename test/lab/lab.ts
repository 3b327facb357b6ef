import { startBox } from './box.ts';
import type { Box, BoxOptions } from './box.ts';
import { account, startHosts } from './hosts.ts';
import type { Hosts } from './hosts.ts';
import type { PullSecret } from './kubelet.ts';
import { startKubelet } from './pods.ts';
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

/** The pull secrets that pods may name, by their name. */
const secretsFor = (host: string): Record<string, PullSecret> => ({
  right: { auths: { [host]: account } },
  wrong: { auths: { [host]: { ...account, password: 'wrong-password' } } },
});

/** Starts the whole lab, with no pod yet. */
export const startLab = async (options: LabOptions = {}): Promise<Lab> => {
  await using undo = new AsyncDisposableStack();
  const box = await startBox(options);
  undo.defer(() => box.stop());
  const hosts = await startHosts({ box, defer: stop => undo.defer(stop) });

  const { timeScale = 1 } = options;
  const kubelet = await startKubelet(box, { timeScale, secrets: secretsFor(hosts.name('auth')) });
  undo.defer(() => kubelet.daemon.stop());

  const owned = undo.move();
  return {
    box,
    hosts,
    kubelet: kubelet.daemon,
    addPod: scenario => kubelet.add(scenario),
    removePod: scenario => kubelet.remove(scenario),
    stop: () => owned.disposeAsync(),
  };
};
