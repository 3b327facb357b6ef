import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startDaemon, startReady } from './process.ts';
import type { Daemon } from './process.ts';

/**
 * A mount namespace in which the node in a box lives: /etc is a private copy-on-write layer over the machine's, /run
 * and /sys/fs/cgroup are its own, so nothing of the machine is written. All of it vanishes with the holding process.
 */
export type Namespace = {
  /** The lab's folder, the same inside and outside. */
  readonly dir: string;
  /** Process that holds the namespace. */
  readonly pid: number;
  /** The command, run inside. */
  enter(command: readonly string[]): string[];
  /** Where a path of the namespace is seen from outside. */
  path(inside: string): string;
  /** Writes a file inside, in private layers only (/etc, /run). */
  write(inside: string, text: string): Promise<void>;
  stop(): Promise<void>;
};

/** What is mounted; `$1` is the lab's folder, `$2` yes where /run stays the machine's (its journald is used). */
const mounts = `
set -e
mkdir -p "$1/private" "$1/journal"
mount -t tmpfs -o mode=0755,size=512m tmpfs "$1/private"
mkdir "$1/private/upper" "$1/private/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/private/upper,workdir=$1/private/work" /etc
rm -rf /etc/containerd /etc/resolv.conf
mkdir -p /etc/containerd/certs.d
if [ "$2" != yes ]; then
  rm -rf /etc/machine-id /etc/systemd/journald.conf /etc/systemd/journald.conf.d
  mount -t tmpfs -o mode=0755 tmpfs /run
  mkdir -p /run/systemd/journal /run/log/journal
  mount --bind "$1/journal" /run/log/journal
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi
echo ready
exec cat
`;

/** Starts a namespace for the lab in this folder. Needs root; `keepRun` leaves /run and the cgroups as they are. */
export const startNamespace = async (dir: string, keepRun = false): Promise<Namespace> => {
  const unshare = ['unshare', '--mount', '--propagation', 'private'];
  const start = (): Daemon =>
    startDaemon([...unshare, 'sh', '-c', mounts, 'sh', dir, keepRun ? 'yes' : 'no'], { stdin: 'pipe' });
  const holder = await startReady('mount namespace', start, daemon => daemon.output().includes('ready'));
  const path = (inside: string): string => join(`/proc/${holder.pid}/root`, inside);
  return {
    dir,
    pid: holder.pid,
    // The root too: without it, a lab in a chroot would come out at the root of the machine.
    enter: command => ['nsenter', '--target', String(holder.pid), '--mount', '--root', '--wd', '--', ...command],
    path,
    async write(inside, text) {
      await mkdir(dirname(path(inside)), { recursive: true });
      await writeFile(path(inside), text);
    },
    stop: () => holder.stop(),
  };
};
