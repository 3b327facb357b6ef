import type { CheckId } from '../model/check.ts';

/** What decides which steps a host's walk has. */
export type HostPlanFacts = {
  scheme: 'http' | 'https';
  /** Its requests go through a proxy: then its name is resolved there, and not on the node. */
  proxied: boolean;
  /** The host is an address or stands in /etc/hosts: no nameserver is asked. */
  named: boolean;
  image: boolean;
  /** containerd asks this host for tags; for digests `pull` is enough. */
  resolves: boolean;
};

/** One step: the check, and those that must have passed before it makes sense. */
export type PlanStep = { id: CheckId; waitsFor: CheckId[] };

/** The way to the host: the last of these must pass before anything is asked. */
const connection = ({ scheme, proxied, named }: HostPlanFacts): PlanStep[] => {
  const lookups: PlanStep[] = [
    ...(named ? [{ id: 'dns.nameserver', waitsFor: [] } as PlanStep] : []),
    { id: 'dns.resolve', waitsFor: [] },
    { id: 'tcp.connect', waitsFor: ['dns.resolve'] },
  ];
  const way: PlanStep[] = proxied ? [{ id: 'proxy.connect', waitsFor: [] }] : lookups;
  if (scheme === 'http') return way;
  return [
    ...way,
    { id: 'tls.handshake', waitsFor: [proxied ? 'proxy.connect' : 'tcp.connect'] },
    { id: 'tls.chain', waitsFor: ['tls.handshake'] },
  ];
};

/**
 * The steps for one host, in the order of the path. containerd sends no ping: the manifest waits for the connection and the
 * token alone, so that a host that serves images is not judged by its answer to `/v2/`.
 */
export const planHost = (facts: HostPlanFacts): PlanStep[] => {
  const way = connection(facts);
  const connected = way.at(-1)?.id ?? 'tcp.connect';
  const answers: PlanStep[] = [
    { id: 'registry.ping', waitsFor: [connected] },
    { id: 'registry.token', waitsFor: [connected] },
  ];
  if (!facts.image) return [...way, ...answers];
  const blobs: PlanStep[] = [
    { id: 'registry.platform', waitsFor: ['registry.manifest'] },
    { id: 'registry.blob', waitsFor: ['registry.platform'] },
  ];
  const manifest: PlanStep[] = [
    { id: 'registry.manifest', waitsFor: [connected, 'registry.token'] },
    { id: 'registry.rate-limit', waitsFor: ['registry.manifest'] },
    ...blobs,
  ];
  return [...way, ...answers, ...(facts.resolves ? manifest : [])];
};

/** The failed check that a step waits for, or null where it may go on; a skip that is not a failure's consequence does not stop it. */
export const blockerOf = (
  step: PlanStep,
  done: readonly { id: string; outcome: string; waitsFor?: string }[],
): string | null => {
  for (const id of step.waitsFor) {
    const own = done.filter(check => check.id === id);
    // One address of several is enough.
    if (own.some(check => check.outcome === 'pass')) continue;
    const failed = own.find(check => check.outcome === 'fail') ?? own.find(check => check.waitsFor !== undefined);
    if (failed !== undefined) return failed.waitsFor ?? failed.id;
  }
  return null;
};

/** Of a host's steps, one and those that it waits for, however far back; none where the host has no such step. */
export const stepsUntil = (steps: readonly PlanStep[], id: string): PlanStep[] => {
  const wanted = new Set<string>([id]);
  for (const step of steps.toReversed())
    if (wanted.has(step.id)) for (const before of step.waitsFor) wanted.add(before);
  return steps.filter(step => wanted.has(step.id));
};
