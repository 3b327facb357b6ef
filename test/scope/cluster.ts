import type { CheckCode } from '../../src/model/check-codes.ts';
import type { ScopeKind } from '../../src/model/scope.ts';
import type { NodeInput } from '../../src/scope/node-evidence.ts';
import { randomOf, pick, type Random } from './random.ts';
import { imageOn, nodeCheck, nodeInput, wayTo } from './sample.ts';

/** A node of a generated cluster, with what is wrong with it. */
export type SimNode = {
  name: string;
  labels: Record<string, string>;
  fingerprint: Record<string, string>;
  registries: string[];
  stale: boolean;
  /** The registry that it reaches in every other round. */
  flaps: string | null;
};

export type FaultKind = 'one node' | 'one zone' | 'ca drift' | 'registry down' | 'bad image';

/** A fault with its truth: whom it hits, and where. */
export type SimFault = {
  kind: FaultKind;
  hits: (node: SimNode, registry: string) => boolean;
  /** For a node's own fault or an image: hit whatever registries it has. */
  own: ((node: SimNode) => boolean) | null;
  code: CheckCode | null;
  image: string | null;
  registries: string[];
  apply: (node: SimNode) => void;
  trait: string | null;
};

export type Cluster = { seed: number; nodes: SimNode[]; registries: string[]; faults: SimFault[] };

/**
 * What should be said of a fault, from what can be seen of it. A node that flaps at one registry may be told at another
 * or not: `may` are those, and where there are no others, nothing need be said.
 */
export type Truth = { kind: ScopeKind; nodes: string[]; may: string[]; fault: SimFault };

const isSeen = (node: SimNode): boolean => !node.stale && node.flaps === null;

const makeNodes = (random: Random, count: number, registries: string[]): SimNode[] => {
  const zones = random.int(2, 4);
  const pools = random.int(1, 3);
  const perZone = random.chance(0.5);
  const runtimes = random.int(1, 2);
  const density = [1, 0.8, 0.4][random.int(0, 2)] ?? 1;
  return Array.from({ length: count }, (_, at): SimNode => {
    const zone = `z${at % zones}`;
    const own = registries.filter(() => random.chance(density));
    return {
      name: `node-${at}`,
      labels: {
        'topology.kubernetes.io/zone': zone,
        'eks.amazonaws.com/nodegroup': `pool-${random.int(1, pools)}`,
        'node.kubernetes.io/instance-type': `type-${random.int(1, 3)}`,
      },
      fingerprint: {
        'resolv.conf': perZone ? `resolv-${zone}` : 'resolv',
        'containerd-config': `config-${random.int(1, runtimes)}`,
        'system-cas': 'cas',
        ...Object.fromEntries(registries.map(registry => [`ca:${registry}`, 'ca-new'])),
      },
      registries: own.length === 0 ? registries.slice(0, 1) : own,
      stale: random.chance(0.05),
      flaps: random.chance(0.02) ? (registries[random.int(0, registries.length - 1)] ?? null) : null,
    };
  });
};

const nothing = (): void => undefined;
const noOwn = { own: null, image: null, apply: nothing, trait: null };

const oneNode = (random: Random, nodes: SimNode[], registries: string[]): SimFault | null => {
  const [victim] = pick(random, nodes.filter(isSeen), 1);
  if (victim === undefined) return null;
  const isVictim = (node: SimNode): boolean => node === victim;
  const hits = (node: SimNode, registry: string): boolean => node === victim && registries.includes(registry);
  const base = { kind: 'one node' as const, hits, registries, ...noOwn };
  const kind = random.int(0, 3);
  if (kind === 0) return { ...base, code: 'dns-timeout' };
  if (kind === 1) return { ...base, code: 'tcp-timeout' };
  if (kind === 2) return { ...base, hits: () => false, own: isVictim, code: 'disk-full' };
  const [registry = registries[0] ?? ''] = victim.registries.filter(own => registries.includes(own));
  const apply = (node: SimNode): void => {
    node.fingerprint = Object.fromEntries(
      Object.entries(node.fingerprint).filter(([name]) => name !== `ca:${registry}`),
    );
  };
  return {
    ...{ ...base, hits: (node, at) => node === victim && at === registry, code: 'tls-unknown-authority' },
    ...{ apply, registries: [registry], trait: `ca:${registry}` },
  };
};

const oneZone = (random: Random, nodes: SimNode[], registries: string[]): SimFault | null => {
  const zoneOf = (node: SimNode): string => node.labels['topology.kubernetes.io/zone'] ?? '';
  const zone = zoneOf(nodes[random.int(0, nodes.length - 1)] ?? (nodes[0] as SimNode));
  const only = random.chance(0.3) ? pick(random, registries, 1) : registries;
  const code = random.chance(0.5) ? 'dns-timeout' : 'tcp-timeout';
  const hits = (node: SimNode, registry: string): boolean => zoneOf(node) === zone && only.includes(registry);
  return { kind: 'one zone', hits, code, registries: only, ...noOwn, trait: 'zone' };
};

const caDrift = (random: Random, nodes: SimNode[], registries: string[]): SimFault | null => {
  const [registry = ''] = pick(random, registries, 1);
  const users = nodes.filter(node => node.registries.includes(registry));
  const odd = new Set(pick(random, users, random.int(1, Math.max(1, Math.floor(users.length / 2)))));
  const apply = (node: SimNode): void => {
    node.fingerprint[`ca:${registry}`] = 'ca-old';
  };
  const hits = (node: SimNode, at: string): boolean => odd.has(node) && at === registry;
  const base = { kind: 'ca drift' as const, hits, registries: [registry], own: null, image: null };
  return { ...base, code: 'tls-unknown-authority', apply, trait: `ca:${registry}` };
};

const registryDown = (random: Random, _nodes: SimNode[], registries: string[]): SimFault | null => {
  const [registry = ''] = pick(random, registries, 1);
  const code = (['tcp-timeout', 'tcp-refused', 'registry-error', 'tls-expired'] as const)[random.int(0, 3)] ?? null;
  return { kind: 'registry down', hits: (_node, at) => at === registry, code, registries: [registry], ...noOwn };
};

const badImage = (random: Random, nodes: SimNode[], registries: string[]): SimFault | null => {
  const [registry = ''] = pick(random, registries, 1);
  const users = new Set(pick(random, nodes, random.int(1, Math.min(8, nodes.length))));
  const own = (node: SimNode): boolean => users.has(node);
  const base = { kind: 'bad image' as const, hits: () => false, own, code: null, registries: [registry] };
  return { ...base, image: `${registry}/team/app:${random.int(1, 99)}`, apply: nothing, trait: null };
};

const makers = {
  'one node': oneNode,
  'one zone': oneZone,
  'ca drift': caDrift,
  'registry down': registryDown,
  'bad image': badImage,
};

const isHit = (node: SimNode, fault: SimFault): boolean =>
  fault.own === null ? node.registries.some(registry => fault.hits(node, registry)) : fault.own(node);

/** A cluster of 3 to 500 nodes and 1 to 20 registries with nothing, one or two things broken. */
export const makeCluster = (seed: number): Cluster => {
  const random = randomOf(seed);
  const count = Math.round(3 * Math.exp(random.next() * Math.log(500 / 3)));
  const registries = Array.from({ length: random.int(1, 20) }, (_, at) => `reg-${at}.example`);
  const nodes = makeNodes(random, count, registries);
  const kinds = Object.keys(makers) as FaultKind[];
  // Two things at once are told apart where they are not at the same place.
  const mixed = registries.length > 3 && random.chance(0.25);
  const chosen = pick(random, kinds, mixed ? 2 : 1);
  const half = Math.floor(registries.length / 2);
  const faults = chosen.flatMap((kind, at) => {
    const mine = mixed ? (at === 0 ? registries.slice(0, half) : registries.slice(half)) : registries;
    return makers[kind](random, nodes, mine) ?? [];
  });
  for (const fault of faults) for (const node of nodes) if (isHit(node, fault)) fault.apply(node);
  return { seed, nodes, registries, faults };
};

/** What should be said of a fault: by its definition, from the nodes that can be seen. */
export const truthOf = ({ nodes }: Cluster, fault: SimFault): Truth => {
  const may = nodes.filter(node => !node.stale && node.flaps !== null && isHit(node, fault)).map(node => node.name);
  const seen = nodes.filter(isSeen);
  const tried = (node: SimNode): boolean => node.registries.some(registry => fault.registries.includes(registry));
  const hit = seen.filter(node => isHit(node, fault));
  const names = hit.map(node => node.name).sort();
  if (hit.length === 0) return { kind: 'unknown', nodes: [], may, fault };
  if (fault.kind === 'bad image') return { kind: 'workload', nodes: names, may, fault };
  if (fault.code === 'disk-full') return { kind: 'node', nodes: names, may, fault };
  const shared = new Set(hit.flatMap(node => node.registries.filter(registry => fault.hits(node, registry))));
  const passing = nodes.some(
    node =>
      !node.stale &&
      !isHit(node, fault) &&
      node.registries.some(registry => shared.has(registry) && node.flaps !== registry),
  );
  if (hit.length === 1 && !passing) return { kind: 'unknown', nodes: names, may, fault };
  if (fault.kind === 'registry down')
    return { kind: hit.length === 1 ? 'unknown' : 'registry', nodes: names, may, fault };
  if (hit.length === 1) return { kind: 'node', nodes: names, may, fault };
  const everyone = !seen.some(node => !isHit(node, fault) && tried(node));
  return { kind: everyone && shared.size === 1 ? 'registry' : 'nodes', nodes: names, may, fault };
};

/** When findings open: after the first round, which is at a million. */
const openedAt = 1_120_000;

/** What a node reports in a round, with the faults there or not yet. */
export const reportOf = (
  node: SimNode,
  { faults, broken, round }: { faults: SimFault[]; broken: boolean; round: number },
): NodeInput => {
  const now = broken ? faults : [];
  const codeFor = (registry: string): CheckCode | null => {
    if (node.flaps === registry && round % 2 === 1) return 'tcp-timeout';
    return now.find(fault => fault.own === null && fault.hits(node, registry))?.code ?? null;
  };
  const own = now.filter(fault => fault.own?.(node) === true);
  const full = own.some(fault => fault.code === 'disk-full');
  // Others pulled what fails now a quarter of an hour before it broke, and something else just now.
  const before = faults.flatMap(({ image }) => (image === null || own.length > 0 ? [] : [{ image, at: 100_000 }]));
  const other = node.registries.map(registry => ({ image: `${registry}/team/other:1`, at: 1_000_000 }));
  return nodeInput(node.name, {
    labels: node.labels,
    fingerprint: node.fingerprint,
    checks: [
      nodeCheck('node.disk', 'unpack', full ? 'disk-full' : null),
      ...node.registries.flatMap(registry => wayTo(registry, codeFor(registry))),
    ],
    pulled: [...other, ...before],
    findings: own.flatMap(({ image }) =>
      image === null ? [] : [imageOn(node.name, image, 'tag-not-found', { openedAt })],
    ),
  });
};
