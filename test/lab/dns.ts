import { connect } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDaemon, startReady } from './process.ts';
import type { Daemon } from './process.ts';

export type DnsOptions = {
  dir: string;
  /** Loopback address to serve on, port 53. */
  listen: string;
  /** Names and their addresses. Any other name below `lab.test` does not exist (NXDOMAIN). */
  names: Record<string, string>;
  /** Zones for which another nameserver is asked, by its address. */
  delegated: Record<string, string>;
};

const answers = (address: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ host: address, port: 53 });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** Starts a dnsmasq that knows only these names: what is outside of them is refused ("server misbehaving" in Go). */
export const startDns = async (options: DnsOptions): Promise<Daemon> => {
  const file = join(options.dir, 'dnsmasq.conf');
  const lines = [
    'no-resolv',
    'no-hosts',
    'bind-interfaces',
    `listen-address=${options.listen}`,
    // It would drop to a group of its own, and with that lose the kernel's promise to end it with us.
    'user=root',
    'group=root',
    'pid-file=',
    'local=/lab.test/',
    ...Object.entries(options.names).map(([name, address]) => `host-record=${name},${address}`),
    ...Object.entries(options.delegated).map(([zone, server]) => `server=/${zone}/${server}`),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const program = ['dnsmasq', '--keep-in-foreground', `--conf-file=${file}`, '--log-facility=-'];
  return startReady(
    `dnsmasq on ${options.listen}:53`,
    () => startDaemon(program),
    () => answers(options.listen),
  );
};
