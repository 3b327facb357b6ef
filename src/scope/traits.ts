import type { ReportState } from '../model/report.ts';

/** What a node may have in common with others, by name. */
export type Traits = ReadonlyMap<string, string>;

/** Labels of a Kubernetes node that place it, and the names they get here; of two for one name the first counts. */
const placeLabels: readonly (readonly [label: string, trait: string])[] = [
  ['topology.kubernetes.io/zone', 'zone'],
  ['failure-domain.beta.kubernetes.io/zone', 'zone'],
  ['topology.kubernetes.io/region', 'region'],
  ['eks.amazonaws.com/nodegroup', 'pool'],
  ['cloud.google.com/gke-nodepool', 'pool'],
  ['kubernetes.azure.com/agentpool', 'pool'],
  ['agentpool', 'pool'],
  ['karpenter.sh/nodepool', 'pool'],
  ['doks.digitalocean.com/node-pool', 'pool'],
  ['node.kubernetes.io/instance-type', 'instance-type'],
];

/** The hosts that a node asks for each registry, in its order: its pull path. */
const pullPaths = (checks: ReportState['checks']): [string, string][] => {
  const paths = new Map<string, string[]>();
  for (const { registry, host, role } of checks) {
    if (registry === undefined || host === undefined || role === undefined) continue;
    const path = paths.get(registry) ?? [];
    if (!path.includes(host)) path.push(host);
    paths.set(registry, path);
  }
  return [...paths].map(([registry, hosts]) => [`path:${registry}`, hosts.join(' → ')]);
};

/** The address that a registry saw this node with; undefined where none told it. */
const egressOf = (checks: ReportState['checks']): string | undefined => {
  const source = checks.find(({ id, facts }) => id === 'registry.rate-limit' && facts?.['source'] !== undefined);
  const address = source?.facts?.['source'];
  return typeof address === 'string' ? address : undefined;
};

type Labels = Readonly<Record<string, string>>;
type Input = { state: Omit<ReportState, 'findings'>; labels?: Labels };

/** Traits with the place that the node's labels tell; of two for one name the label counts. */
export const withPlace = (traits: Traits, labels: Labels = {}): Traits => {
  const places = placeLabels.filter(([label]) => (labels[label] ?? '') !== '');
  if (places.length === 0) return traits;
  const found = new Map(places.toReversed().map(([label, trait]) => [trait, labels[label] ?? '']));
  for (const [name, value] of traits) if (!found.has(name)) found.set(name, value);
  return found;
};

/** All that can be compared of a node: its place, what it told of itself, its settings' fingerprints and versions. */
export const traitsOf = ({ state, labels }: Input): Traits => {
  const { runtime, kubelet, host, fingerprint = {}, traits = {} } = state;
  const found = new Map<string, string>();
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '' && !found.has(name)) found.set(name, value);
  };
  for (const [name, value] of [...Object.entries(traits), ...Object.entries(fingerprint)]) add(name, value);
  if (runtime) add('runtime', `${runtime.name} ${runtime.version}`);
  add('kubelet', kubelet?.version);
  for (const name of ['os', 'kernel', 'arch', 'machine'] as const) add(name, host?.[name]);
  for (const [name, value] of pullPaths(state.checks)) add(name, value);
  add('egress', egressOf(state.checks));
  return withPlace(found, labels);
};

/** Where a node stands; what differs by place is no drift, and many things differ by it. */
const places: ReadonlySet<string> = new Set(['zone', 'region', 'pool', 'instance-type', 'subnet', 'egress']);

/** True for where a node stands, false for how it is set up. */
export const isPlace = (trait: string): boolean => places.has(trait);

/** The registry that a setting is for; null where it is for all. */
export const registryOf = (trait: string): string | null => /^(?:ca|hosts):(.+)$/.exec(trait)?.[1] ?? null;

const trust = ['ca:', 'hosts:', 'system-cas', 'containerd-config', 'registry-config'];
const hosts = ['hosts:', 'ca:', 'containerd-config', 'registry-config'];

/** Settings that a class of faults depends on, by the beginning of their names. */
const relevant: Readonly<Record<string, readonly string[]>> = {
  'dns-failure': ['resolv.conf', 'nameservers'],
  'proxy-failure': ['proxy'],
  tcp: ['proxy', 'hosts:'],
  'tls-unknown-authority': trust,
  'tls-handshake': trust,
  'tls-name-mismatch': hosts,
  'plain-http': hosts,
  'not-a-registry': [...hosts, 'proxy'],
  'mirror-failure': hosts,
  'hosts-config-invalid': hosts,
  'runtime-unavailable': ['runtime', 'containerd-config'],
  snapshotter: ['runtime', 'containerd-config', 'kernel'],
  'platform-mismatch': ['arch'],
  'signature-policy': ['containerd-config'],
  'credential-provider': ['kubelet'],
};

/** True where faults of this class come from this setting, and so a difference in it needs no further proof. */
export const isRelevant = (trait: string, faultClass: string): boolean =>
  relevant[faultClass]?.some(start => trait.startsWith(start)) ?? false;
