import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Namespace } from './namespace.ts';
import { listens, run, startDaemon, startReady, waitFor } from './process.ts';
import type { Daemon, DaemonOptions } from './process.ts';

/** A real journald, and programs whose lines it files under a unit's name. */
export type Journald = {
  /** Folder with the journal's files, as `journalctl -D` and `--journal-dir` take it. */
  readonly directory: string;
  /** Names of the units to follow where they are not the usual ones (`--journal-unit`); empty where they are. */
  readonly units: readonly string[];
  /** Starts a program inside the namespace as that service: stdout and stderr are the journal's. */
  start(service: string, command: readonly string[], options?: DaemonOptions): Promise<Daemon>;
  /** Writes lines as that service, by a process of its own that has ended when this resolves. */
  write(service: string, lines: readonly string[]): Promise<void>;
  /** `journalctl`, looking at this journal, run to its end. */
  journalctl(...args: string[]): Promise<string>;
  stop(): Promise<void>;
};

/** Keeps all there is, in memory-backed files of our own, and takes nothing from the kernel or other machines' logs. */
const settings = `[Journal]
Storage=volatile
RateLimitBurst=0
ForwardToSyslog=no
ForwardToWall=no
ReadKMsg=no
Audit=no
`;

/**
 * Starts a journald of our own in the namespace. It names the unit from the writer's cgroup, so each lab has a slice of
 * its own at the top of the cgroup tree: a real kubelet.service beside it is another cgroup, and is not touched.
 */
export const startJournald = async (namespace: Namespace, id: string): Promise<Journald> => {
  const machineId = randomBytes(16).toString('hex');
  await namespace.write('/etc/machine-id', `${machineId}\n`);
  await namespace.write('/etc/systemd/journald.conf', settings);
  const slice = `/sys/fs/cgroup/${sliceName(id)}`;
  const cgroups = new Set<string>();
  const ready = (): Promise<boolean> => listens(namespace.path('/run/systemd/journal/stdout'));
  const program = namespace.enter(['/lib/systemd/systemd-journald']);
  const daemon = await startReady('systemd-journald', () => startDaemon(program), ready);
  const inside = `/run/log/journal/${machineId}`;

  const start = async (service: string, command: readonly string[], options?: DaemonOptions): Promise<Daemon> => {
    const cgroup = `${slice}/${service}.service`;
    await mkdir(namespace.path(cgroup), { recursive: true });
    cgroups.add(cgroup);
    const enterCgroup = 'echo 0 >"$0/cgroup.procs" && exec "$@"';
    const asService = ['sh', '-c', enterCgroup, cgroup, 'systemd-cat', '-t', service, ...command];
    return startDaemon(namespace.enter(asService), options);
  };
  return {
    directory: join(namespace.dir, 'journal', machineId),
    units: [],
    start,
    async write(service, lines) {
      const writer = await start(service, ['cat'], { stdin: 'pipe' });
      writer.child.stdin?.write(lines.map(line => `${line}\n`).join(''));
      // journald looks up the unit by the writer's process: one that is gone by then has none, and its lines no unit.
      const newest = ['journalctl', '-D', inside, '-t', service, '-o', 'cat', '-n', '1'];
      const last = lines.at(-1) ?? '';
      await waitFor(`the journal's last line of ${service}`, async () =>
        (await run(namespace.enter(newest)).catch(() => '')).includes(last),
      );
      writer.child.stdin?.end();
      await waitFor(`journal writer of ${service}`, () => writer.ended() !== null);
      await run(namespace.enter(['journalctl', '--sync'])).catch(() => undefined);
    },
    journalctl: (...args) => run(namespace.enter(['journalctl', '-D', inside, ...args])),
    async stop() {
      await daemon.stop();
      for (const cgroup of cgroups) await removeCgroup(namespace.path(cgroup));
      await removeCgroup(namespace.path(slice));
    },
  };
};

/** The cgroup above all services of a lab. */
export const sliceName = (id: string): string => `pullpathlab${id}.slice`;

/** A cgroup goes as soon as its last process is reaped, which can be a moment after its end. */
const removeCgroup = async (path: string): Promise<void> => {
  if (!existsSync(path)) return;
  await waitFor(`empty cgroup ${path}`, () =>
    rmdir(path).then(
      () => true,
      (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT',
    ),
  );
};

/** Turns a recording (`journalctl -o export`, gzipped or not) into a real journal file. */
export const journalFromExport = async (exportFile: string, journalFile: string): Promise<void> => {
  const bytes = await readFile(exportFile);
  const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  await run(['/lib/systemd/systemd-journal-remote', '-o', journalFile, '-'], text);
};
