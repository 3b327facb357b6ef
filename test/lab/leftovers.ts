import { mkdir, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeLeftRules } from './firewall.ts';
import { sliceName } from './journald.ts';
import { run } from './process.ts';
import { stopLeftUnits } from './systemd.ts';

const prefix = 'pullpath-lab-';

/** When a process began, in the kernel's ticks; null where there is none of this number. */
const startOf = async (pid: number): Promise<string | null> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // Fields after the name in parentheses, which may hold anything: state is the first of them, start time the 20th.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
};

/** The numbering that our processes belong to: a container that shares /tmp with us has another. */
const numbering = (): Promise<string> => readlink('/proc/self/ns/pid');

/** Names this process so that no other ever has the name: a number that is given out again has another start. */
const ownIdentity = async (): Promise<string> =>
  `${await numbering()} ${process.pid} ${(await startOf(process.pid)) ?? ''}`;

/** Whether the owner lives; one that is numbered elsewhere cannot be looked for, and counts as living. */
const lives = async (owner: string): Promise<boolean> => {
  const [where, pid, started] = owner.split(' ');
  return where !== (await numbering()) || (await startOf(Number(pid))) === started;
};

/** Makes the folder of a new lab, with its owner written in it. */
export const claimFolder = async (id: string): Promise<string> => {
  const dir = join(tmpdir(), `${prefix}${id}`);
  await mkdir(dir, { mode: 0o700 });
  await writeFile(join(dir, 'owner'), await ownIdentity());
  return dir;
};

/** Processes of a lab: its folder's name, which nobody else has, is in their arguments, or its slice in their cgroup. */
export const processesOf = async (id: string): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of pids) {
    if (pid === process.pid) continue;
    const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
    const [command, cgroup, state] = await Promise.all([read('cmdline'), read('cgroup'), read('stat')]);
    const ours = command.includes(`${prefix}${id}`) || cgroup.includes(sliceName(id));
    if (ours && !state.includes(') Z ')) found.push(pid);
  }
  return found;
};

const killProcesses = async (id: string): Promise<void> => {
  for (const pid of await processesOf(id)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
};

/** Whatever may be left of a lab whose process is gone: most of its processes have gone with it, and all its mounts. */
const removeLeft = async (dir: string, id: string): Promise<void> => {
  await stopLeftUnits(id);
  await killProcesses(id);
  await removeLeftRules(dir);
  const slice = `/sys/fs/cgroup/${sliceName(id)}`;
  const script = 'mount -t cgroup2 cgroup2 /sys/fs/cgroup && [ ! -d "$0" ] || rmdir "$0"/*.service "$0"';
  await run(['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, slice]).catch(() => undefined);
  await rm(dir, { recursive: true, force: true });
};

/** Removes what labs left whose process was killed. Gives how many there were. Running labs are not touched. */
export const removeLeftovers = async (): Promise<number> => {
  let count = 0;
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const dir = join(tmpdir(), name);
    const about = await stat(dir).catch(() => null);
    if (about === null) continue;
    const { uid, mtimeMs } = about;
    const owner = await readFile(join(dir, 'owner'), 'utf8').catch(() => '');
    const alive = owner !== '' && (await lives(owner));
    // A folder without an owner may be one that another lab is making at this moment.
    const young = owner === '' && Date.now() - mtimeMs < 60_000;
    if (uid !== process.getuid?.() || alive || young) continue;
    await removeLeft(dir, name.slice(prefix.length));
    count += 1;
  }
  return count;
};
