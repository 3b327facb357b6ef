import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { startContainerd } from './containerd.ts';
import type { Containerd, ContainerdOptions } from './containerd.ts';
import { startFirewall } from './firewall.ts';
import type { Firewall } from './firewall.ts';
import { startJournald } from './journald.ts';
import type { Journald } from './journald.ts';
import { claimFolder, removeLeftovers } from './leftovers.ts';
import { startNamespace } from './namespace.ts';
import type { Namespace } from './namespace.ts';
import { systemdIsInit, useRunningJournald } from './systemd.ts';

/** The bare node: a namespace, a journald and a containerd that are nobody else's. */
export type Box = {
  readonly id: string;
  /** Folder of everything that the lab writes. */
  readonly dir: string;
  readonly namespace: Namespace;
  readonly journald: Journald;
  readonly containerd: Containerd;
  readonly firewall: Firewall;
  /** Ends every process and removes every trace. */
  stop(): Promise<void>;
};

export type BoxOptions = Pick<ContainerdOptions, 'generation' | 'config' | 'wrap'>;

/** Starts the bare node. Needs root on Linux and what .ci/setup-lab brings; takes about a second. */
export const startBox = async (options: BoxOptions = {}): Promise<Box> => {
  await removeLeftovers();
  const id = randomBytes(4).toString('hex');
  await using undo = new AsyncDisposableStack();
  const dir = await claimFolder(id);
  undo.defer(() => rm(dir, { recursive: true, force: true }));
  const shared = systemdIsInit();
  const namespace = await startNamespace(dir, shared);
  undo.defer(() => namespace.stop());
  const journald = await (shared ? useRunningJournald(namespace, id) : startJournald(namespace, id));
  undo.defer(() => journald.stop());
  const containerd = await startContainerd({ namespace, journald, ...options });
  undo.defer(() => containerd.stop());
  const firewall = startFirewall(dir);
  undo.defer(() => firewall.stop());
  const owned = undo.move();
  return { id, dir, namespace, journald, containerd, firewall, stop: () => owned.disposeAsync() };
};
