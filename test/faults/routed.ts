import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackedProgram } from '../lab/containerd.ts';
import { run, startDaemon, startReady, type Daemon } from '../lab/process.ts';
import type { KeyPair } from '../lab/tls.ts';
import type { Site } from './site.ts';

/**
 * Networks of their own, so that routes, MTU and IPv6 can be broken without touching the machine's:
 *
 *   wide node 10.90.0.2 ── 10.90.0.1 router 10.90.1.1 ── 10.90.1.2 servers
 *   narrow node 10.90.2.2 ── 10.90.2.1 ┘
 *
 * The narrow node's link takes 1200 bytes, and the router says so to nobody: its ICMP is dropped.
 */
export type Routed = {
  /** Processes in whose networks the nodes are. */
  wide: number;
  narrow: number;
  serverAddress: string;
  /** An IPv6 address that the route leads to, where every packet is dropped. */
  droppedIpv6: string;
  /** An IPv4 address that the router says it has no route to. */
  unroutable: string;
  /** Starts a registry among the servers; it serves what the site's registry serves. */
  serve(name: string, port: number, tls: KeyPair): Promise<void>;
};

const inNetwork = (pid: number, command: readonly string[]): string[] => [
  'nsenter',
  `--net=/proc/${pid}/ns/net`,
  '--',
  ...command,
];

const hold = async (site: Site, name: string): Promise<number> => {
  const begin = (): Daemon =>
    startDaemon(['unshare', '--net', 'sh', '-c', 'ip link set lo up && echo ready && exec cat'], { stdin: 'pipe' });
  const holder = await startReady(`network ${name}`, begin, daemon => daemon.output().includes('ready'));
  site.defer(() => holder.stop());
  return holder.pid;
};

type End = { pid: number; device: string; v4: string; v6: string; mtu?: number };

const link = async (one: End, other: End): Promise<void> => {
  const add = [
    'ip',
    'link',
    'add',
    'name',
    one.device,
    'type',
    'veth',
    'peer',
    'name',
    other.device,
    'netns',
    String(other.pid),
  ];
  await run(inNetwork(one.pid, add));
  for (const { pid, device, v4, v6, mtu = 1500 } of [one, other]) {
    await run(inNetwork(pid, ['ip', 'addr', 'add', `${v4}/24`, 'dev', device]));
    await run(inNetwork(pid, ['ip', '-6', 'addr', 'add', `${v6}/64`, 'dev', device, 'nodad']));
    await run(inNetwork(pid, ['ip', 'link', 'set', device, 'mtu', String(mtu), 'up']));
  }
};

const route = async (pid: number, v4: string, v6: string): Promise<void> => {
  await run(inNetwork(pid, ['ip', 'route', 'add', 'default', 'via', v4]));
  await run(inNetwork(pid, ['ip', '-6', 'route', 'add', 'default', 'via', v6]));
};

/** Why no networks can be joined here (iproute2 or the kernel's veth, IPv6 or packet filter are missing); null where they can. */
export const whyNoNetworks = (): Promise<string | null> => {
  const parts = ['ip link add one type veth peer name two', 'ip -6 addr add fd90::9/64 dev one', 'iptables -S OUTPUT'];
  return run(['unshare', '--net', 'sh', '-c', `{ ${parts.join(' && ')}; } >/dev/null`]).then(
    () => null,
    (error: unknown) => (error as Error).message,
  );
};

/** Builds the networks. All of it goes with its processes. */
export const startRouted = async (site: Site): Promise<Routed> => {
  const [router, servers, wide, narrow] = [
    await hold(site, 'router'),
    await hold(site, 'servers'),
    await hold(site, 'wide'),
    await hold(site, 'narrow'),
  ];
  await link(
    { pid: router, device: 'servers', v4: '10.90.1.1', v6: 'fd90:1::1' },
    { pid: servers, device: 'eth0', v4: '10.90.1.2', v6: 'fd90:1::2' },
  );
  await link(
    { pid: router, device: 'wide', v4: '10.90.0.1', v6: 'fd90::1' },
    { pid: wide, device: 'eth0', v4: '10.90.0.2', v6: 'fd90::2' },
  );
  // The node believes in 1500, as behind a tunnel that it knows nothing of.
  await link(
    { pid: router, device: 'narrow', v4: '10.90.2.1', v6: 'fd90:2::1', mtu: 1200 },
    { pid: narrow, device: 'eth0', v4: '10.90.2.2', v6: 'fd90:2::2' },
  );
  for (const [pid, v4, v6] of [
    [servers, '10.90.1.1', 'fd90:1::1'],
    [wide, '10.90.0.1', 'fd90::1'],
    [narrow, '10.90.2.1', 'fd90:2::1'],
  ] as const)
    await route(pid, v4, v6);
  const forward = 'echo 1 >/proc/sys/net/ipv4/ip_forward && echo 1 >/proc/sys/net/ipv6/conf/all/forwarding';
  await run(inNetwork(router, ['sh', '-c', forward]));
  await run(inNetwork(router, ['ip', '-6', 'route', 'add', 'blackhole', 'fd90:1::66']));
  await run(inNetwork(router, ['ip', 'route', 'add', 'unreachable', '10.90.66.0/24']));
  await run(inNetwork(router, ['iptables', '-A', 'OUTPUT', '-o', 'servers', '-p', 'icmp', '-j', 'DROP']));
  return {
    ...{ wide, narrow, serverAddress: '10.90.1.2', droppedIpv6: 'fd90:1::66', unroutable: '10.90.66.1' },
    async serve(name, port, tls) {
      await mkdir(join(site.dir, 'hosts'), { recursive: true });
      const file = join(site.dir, 'hosts', `${name}.yml`);
      const config = {
        version: '0.1',
        log: { level: 'warn', accesslog: { disabled: true } },
        storage: { filesystem: { rootdirectory: join(site.dir, 'hosts', 'images') } },
        http: { addr: `10.90.1.2:${port}`, tls: { certificate: tls.certFile, key: tls.keyFile } },
      };
      await writeFile(file, JSON.stringify(config));
      const program = [unpackedProgram('registry', 'docker-registry'), 'serve', file];
      const reach = ['sh', '-c', `: </dev/tcp/10.90.1.2/${port}`].with(0, 'bash');
      const answers = (): Promise<boolean> =>
        run(inNetwork(servers, reach)).then(
          () => true,
          () => false,
        );
      const daemon = await startReady(
        `docker-registry ${name}`,
        () => startDaemon(inNetwork(servers, program)),
        answers,
      );
      site.defer(() => daemon.stop());
    },
  };
};
