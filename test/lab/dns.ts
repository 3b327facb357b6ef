import { Resolver } from 'node:dns/promises';
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
  /** Further addresses to serve on. */
  alsoListen?: readonly string[];
  /** A folder whose files (as /etc/hosts) are names too, as soon as they are put there. */
  hostsDir?: string;
};

/** Asks for a name that it must know: that something listens is not enough, it may be another nameserver. */
const knows = async (address: string, name: string): Promise<boolean> => {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([address]);
  return resolver.resolve4(name).then(
    found => found.length > 0,
    () => false,
  );
};

/** Starts a dnsmasq that knows only these names: what is outside of them is refused ("server misbehaving" in Go). */
export const startDns = async (options: DnsOptions): Promise<Daemon> => {
  const file = join(options.dir, 'dnsmasq.conf');
  const lines = [
    'no-resolv',
    'no-hosts',
    'bind-interfaces',
    ...[options.listen, ...(options.alsoListen ?? [])].map(address => `listen-address=${address}`),
    ...(options.hostsDir === undefined ? [] : [`hostsdir=${options.hostsDir}`]),
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
    () => knows(options.listen, Object.keys(options.names)[0] ?? ''),
  );
};
