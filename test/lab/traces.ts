import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { processesOf } from './leftovers.ts';
import { run } from './process.ts';

/** What can still be seen of a lab on the machine, in words; empty when nothing is left. */
export const tracesOf = async (lab: { id: string; dir: string; block: string }): Promise<string[]> => {
  const found: string[] = [];
  if (existsSync(lab.dir)) found.push(`folder ${lab.dir}`);
  const rules = await run(['iptables', '-S', 'INPUT']);
  if (rules.includes(` ${lab.block}.`)) found.push(`firewall rule for ${lab.block}`);
  for (const line of (await readFile('/proc/self/mountinfo', 'utf8')).split('\n'))
    if (line.includes(lab.id)) found.push(`mount ${line}`);
  for (const table of ['tcp', 'udp']) {
    const first = Buffer.from(lab.block.split('.').map(Number)).reverse().toString('hex').toUpperCase();
    const sockets = (await readFile(`/proc/net/${table}`, 'utf8')).split('\n');
    // A closed connection may linger in TIME_WAIT (06) for a minute: that is the kernel's, and holds nothing.
    const ours = sockets.map(line => line.trim().split(/\s+/)).filter(([, at]) => at?.slice(2, 8) === first);
    for (const [, at, , state] of ours) if (state !== '06') found.push(`${table} socket ${at ?? ''} ${state ?? ''}`);
  }
  for (const pid of await processesOf(lab.id)) found.push(`process ${pid}`);
  const cgroups = 'mount -t cgroup2 cgroup2 /sys/fs/cgroup && ls /sys/fs/cgroup';
  const names = await run(['unshare', '--mount', '--propagation', 'private', 'sh', '-c', cgroups]);
  if (names.includes(lab.id)) found.push(`cgroup of ${lab.id}`);
  return found;
};
