import { arch } from 'node:os';
import { pullFinding, settlePull } from '../../diagnose/settle-pull.ts';
import { walkFindings } from '../../diagnose/walk-findings.ts';
import { explainText } from '../../diagnose/explain.ts';
import { limits } from '../../model/limits.ts';
import { untestedCodes } from '../../model/check-codes.ts';
import type { Check } from '../../model/check.ts';
import type { RegistryHost, RegistryHosts } from '../../model/registry-hosts.ts';
import type { RetryRecord } from '../../model/report.ts';
import type { HostWalk, Walk } from '../../model/walk.ts';
import { parseGoUrl } from '../../parse/go-url.ts';
import { readRegistryHosts } from '../node-config/read-registry-hosts.ts';
import { withDeadline } from '../probe/net.ts';
import { probeNodeClock } from '../probe/node-clock.ts';
import { RequestBudget } from '../probe/request-budget.ts';
import { Session } from '../probe/session.ts';
import { trustFor } from '../probe/trust.ts';
import { askTime } from './ask-time.ts';
import { configChecks } from './config-checks.ts';
import type { CheckedNode } from './node.ts';
import type { Target } from './target.ts';
import { walkHost } from './walk-host.ts';

/** Node's name of the processor as Go has it. */
const goArch: Record<string, string> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le', mipsel: 'mipsle' };
/** This machine's platform in OCI words. */
export const platform = { os: 'linux', architecture: goArch[arch()] ?? arch() };

const walkHosts = async (
  target: Extract<Target, { ok: true }>,
  found: RegistryHosts,
  node: CheckedNode,
  signal: AbortSignal,
): Promise<Required<Pick<Walk, 'hosts' | 'requests'>> & { clock: Check }> => {
  const skews: number[] = [];
  const { registry, image } = target;
  const credentialsOf = await node.credentials.of({ registry, image }, signal);
  const budget = new RequestBudget();
  const walkOne = async (host: RegistryHost): Promise<HostWalk> => {
    const trust = await trustFor(host, node);
    const { resolver, net } = node;
    const way = { resolver, net, trust, proxyEnv: node.proxy.environment, skipVerify: host.skipVerify };
    const credentials = credentialsOf(parseGoUrl(host.url)?.host ?? '', host.url.startsWith('http:'));
    const { repository = image?.repository ?? '' } = host;
    const own = image === null ? null : { ...image, repository };
    // `ns=` tells a mirror of containerd's which registry is meant; CRI-O sends none.
    const named = found.runtime === 'cri-o' ? new URL(host.url).host : registry;
    const session = new Session({ host, registry: named, image: own, way, credentials, budget });
    const walked = await walkHost(session, signal, platform);
    skews.push(...session.http.skews, ...(await askTime(session, budget, signal)));
    return walked;
  };
  const hosts = await Promise.all(found.hosts.map(walkOne));
  return { hosts, clock: probeNodeClock(skews), requests: budget.counts };
};

/** Pulls the image over CRI, as the kubelet would without a secret. */
const pullOver = async (node: CheckedNode, image: string, signal: AbortSignal): Promise<RetryRecord> => {
  const [at, started] = [Date.now(), performance.now()];
  const result = await node.client.pullImage(image, withDeadline(signal, limits.criPullMs));
  const record = { image, at, ms: Math.round(performance.now() - started) };
  if (result.ok) return { ...record, outcome: 'pulled', cause: null, message: null };
  const message = result.details.slice(0, limits.messageBytes);
  const outcome = result.code === 'UNAVAILABLE' && !message.includes('image') ? 'unavailable' : 'failed';
  return { ...record, outcome, cause: explainText(message, { image }).cause, message };
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
  const found = await readRegistryHosts(target.registry, { ...node, image: asked, signal });
  const { hosts, clock, requests } = await walkHosts(target, found, node, deadline);
  const checks = [...configChecks(found), ...node.checks, clock];
  const image = target.image === null ? {} : { image: target.text };
  const walked = { target: target.text, ...image, registry: target.registry, hosts, checks, requests };
  const seen = walkFindings({ ...walked, node: node.name });
  const tried = pull && target.image !== null ? await pullOver(node, target.text, signal) : null;
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
