import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the known runtimes listen, in the order they are looked for; several may lie side by side on a node. */
const knownSockets = [
  'run/containerd/containerd.sock',
  'run/crio/crio.sock',
  'run/k3s/containerd/containerd.sock',
  'var/snap/microk8s/common/run/containerd.sock',
];

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * The address of the runtime's socket for gRPC: the given one, else the first known one that exists below `hostRoot`.
 * Where there is none yet, the first known one, so that the error names a path. `unix:///path` and a bare path mean the same.
 */
export const findCriSocket = async (hostRoot: string, given: string | null): Promise<string> => {
  if (given !== null) return `unix://${given.replace(/^unix:(?:\/\/)?/, '')}`;
  const paths = knownSockets.map(path => join('/', hostRoot, path));
  for (const path of paths) if (await exists(path)) return `unix://${path}`;
  return `unix://${paths[0] ?? ''}`;
};
