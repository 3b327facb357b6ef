import { arch } from 'node:os';
import { pullFinding, settlePull } from '../../diagnose/settle-pull.ts';
import { walkFindings } from '../../diagnose/walk-findings.ts';
import { limits } from '../../model/limits.ts';
import { untestedCodes } from '../../model/check-codes.ts';
import type { Check } from '../../model/check.ts';
import type { RegistryHost } from '../../model/registry-hosts.ts';
import type { HostWalk, Walk } from '../../model/walk.ts';
import { withDeadline } from '../probe/net.ts';
import { probeNodeClock } from '../probe/node-clock.ts';
import { askTime } from './ask-time.ts';
import { configChecks } from './config-checks.ts';
import type { CheckedNode } from './node.ts';
import { pullOnce } from '../pull.ts';
import { openPath, openSession, type PullPath } from './open-session.ts';
import type { Target } from './target.ts';
import { walkHost } from './walk-host.ts';

/** Node's name of the processor as Go has it. */
const goArch: Record<string, string> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le', mipsel: 'mipsle' };
/** This machine's platform in OCI words. */
export const platform = { os: 'linux', architecture: goArch[arch()] ?? arch() };

const walkHosts = async (
  path: PullPath,
  node: CheckedNode,
  signal: AbortSignal,
): Promise<Required<Pick<Walk, 'hosts' | 'requests'>> & { clock: Check }> => {
  const skews: number[] = [];
  const { found, budget } = path;
  const walkOne = async (host: RegistryHost): Promise<HostWalk> => {
    const session = await openSession(host, path, node);
    const walked = await walkHost(session, signal, platform);
    skews.push(...session.http.skews, ...(await askTime(session, budget, signal)));
    return walked;
  };
  const hosts = await Promise.all(found.hosts.map(walkOne));
  return { hosts, clock: probeNodeClock(skews), requests: budget.counts };
};

/** A reference that containerd would refuse before it asks anybody. */
const refused = (target: Extract<Target, { ok: false }>, node: CheckedNode, startedAt: number): Walk => {
  const text = `Failed to apply default image tag "${target.text}": couldn't parse image name "${target.text}": ${target.error}`;
  const found = pullFinding(text, { image: target.text, node: node.name });
  return {
    ...{ target: target.text, image: target.text, registry: '', hosts: [], checks: node.checks },
    ...{ findings: [{ ...found, message: target.error }], startedAt, ms: 0 },
  };
};

/** Walks the pull path to one target as containerd would, within `limits.walkMs`, and says what it means. */
export const walkTarget = async (
  target: Target,
  node: CheckedNode,
  { signal, pull }: { signal: AbortSignal; pull: boolean },
): Promise<Walk> => {
  const [startedAt, started] = [Date.now(), performance.now()];
  if (!target.ok) return refused(target, node, startedAt);
  const deadline = withDeadline(signal, limits.walkMs);
  const asked = target.image === null ? null : { text: target.written ?? target.text, ref: target.image };
  const path = await openPath({ registry: target.registry, image: asked }, node, { signal, deadline });
  const { hosts, clock, requests } = await walkHosts(path, node, deadline);
  const checks = [...configChecks(path.found), ...node.checks, clock];
  const image = target.image === null ? {} : { image: target.text };
  const walked = { target: target.text, ...image, registry: target.registry, hosts, checks, requests };
  const seen = walkFindings({ ...walked, node: node.name });
  // Pulls the image over CRI, as the kubelet would without a secret.
  const asks = { image: target.text, client: node.client, auth: null, now: Date.now, maxBytes: limits.messageBytes };
  const tried = pull && target.image !== null ? await pullOnce(asks, signal) : null;
  const ms = Math.round(performance.now() - started);
  const findings =
    tried?.message == null
      ? seen
      : settlePull(tried.message, { ...walked, image: target.text, findings: seen, startedAt, ms }, node.name);
  return { ...walked, ...(tried === null ? {} : { pull: tried }), findings, startedAt, ms };
};

/** Whether a walk leaves nothing to do: no check failed, none that matters was left out, and a pull worked. */
export const isSound = ({ hosts, checks, findings, pull }: Walk): boolean =>
  findings.length === 0 &&
  [...checks, ...hosts.flatMap(host => host.checks)].every(
    ({ outcome, code }) => outcome !== 'fail' && !untestedCodes.has(code),
  ) &&
  (pull === undefined || pull.outcome === 'pulled');
