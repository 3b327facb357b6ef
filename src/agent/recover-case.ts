import type { PullCase, RecoveryRule } from '../diagnose/recovery-rules.ts';
import { pullCounts, type Recovery, type RecoveryTrack } from '../diagnose/recovery.ts';
import type { RunningPulls } from '../diagnose/running-pulls.ts';
import { readWalk } from '../diagnose/settle-walk.ts';
import type { Check } from '../model/check.ts';
import { normalImage, parseImageRef } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import { defaultPolicy } from '../model/pull-policy.ts';
import type { WaitingImage } from '../model/recovery.ts';
import type { Walk } from '../model/walk.ts';
import { verifiesPulls, type KubeletConfig } from '../parse/kubelet-config.ts';
import type { CriAuth } from './cri/client.ts';
import type { PullClient } from './pull.ts';

/** Where the facts of a case come from. */
export type RuleSources = {
  client: PullClient | null;
  credentials: (image: string) => Promise<CriAuth | null>;
  running: RunningPulls;
  kubelet: () => Promise<KubeletConfig>;
  waiting: readonly WaitingImage[];
  /** The cluster's word on policies comes with the aggregator's answers. */
  policiesTold: () => boolean;
  namedAt: (registry: string) => number | null;
};

/** What a turn saw: the node's own checks and, where the path was walked, the walk. */
export type PathSeen = { checks: readonly Check[]; walk: Walk | null };

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const diskOf = (checks: readonly Check[]): PullCase['disk'] => {
  const { freeBytes, totalBytes } = checks.find(({ id }) => id === 'node.disk')?.facts ?? {};
  const [free, total] = [numberOf(freeBytes), numberOf(totalBytes)];
  return free === null || total === null ? null : { freeBytes: free, totalBytes: total };
};

const bytesOf = (walk: Walk | null): number | null => {
  const checks = walk?.hosts.flatMap(host => host.checks) ?? [];
  const found = checks.find(({ id, outcome }) => id === 'registry.platform' && outcome === 'pass');
  return numberOf(found?.facts?.['bytes']);
};

/** The registry gave the image to the kubelet's credentials alone, which no pull of the agent's has. */
const servedToKubelet = (walk: Walk | null): boolean => {
  if (walk === null) return false;
  const { says, ofKubelet } = readWalk(walk);
  return says === 'private' || ofKubelet;
};

const repositoryOf = (image: string): string => {
  const parsed = parseImageRef(image);
  return parsed.ok ? `${parsed.ref.registry}/${parsed.ref.repository}` : image;
};

/** Before the path was walked the disk is not looked at: that rule is asked after it. */
const unlooked = { disk: { totalBytes: 1, freeBytes: 1 }, imageBytes: 0 };

/** As it was told, else the default by the image's text. */
const policyOf = ({ policy, image }: WaitingImage): 'Always' | 'IfNotPresent' => policy ?? defaultPolicy(image);

/** All that the rules ask of one image, as it is now. */
export const makeCase = async (
  track: RecoveryTrack,
  sources: RuleSources & { state: Recovery; now: number },
  seen: PathSeen | null,
): Promise<PullCase> => {
  const { client, running, now, waiting } = sources;
  const { key } = track;
  const ours = waiting.filter(one => normalImage(one.image) === key);
  // What is known of it may be newer than the turn.
  const image = ours[0] ?? track.image;
  const status = await client?.imageStatus(image.image, AbortSignal.timeout(limits.criCallMs));
  const config = await sources.kubelet();
  return {
    ...{ now, retry: image.retry, mended: track.healedAt !== null, policy: policyOf(image) },
    policyAwaited: image.policy === undefined && sources.policiesTold() && now - track.seenAt < limits.policyWaitMs,
    waiting: ours.length,
    runtimeAnswers: client !== null,
    kubeletPulls: running.othersPull(image.image, now),
    present: status?.ok === true ? status.value !== null : null,
    pulledInVain: track.pulledAt !== null,
    isPrivate: image.isPrivate || servedToKubelet(seen?.walk ?? null),
    hasCredentials: (await sources.credentials(image.image)) !== null,
    verified: verifiesPulls(config, repositoryOf(image.image)),
    highPercent: config.highPercent ?? limits.imageGcHighPercent,
    ...(seen === null ? unlooked : { disk: diskOf(seen.checks), imageBytes: bytesOf(seen.walk) }),
    ...pullCounts(sources.state, track),
    namedAt: sources.namedAt(image.registry),
    backOffUntil: track.backOffUntil,
  };
};

/** The rule that keeps an image from being pulled whatever its path does; nothing is asked for it while there is one. */
export const staticRule = async (track: RecoveryTrack, sources: RuleSources): Promise<RecoveryRule | null> => {
  const { image } = track;
  const { retry, step, isPrivate } = image;
  if (retry === 'never' && step.check !== 'files') return 'cause-never';
  if (policyOf(image) === 'Always') return 'policy-always';
  if (isPrivate && (await sources.credentials(image.image)) === null) return 'needs-credentials';
  if (verifiesPulls(await sources.kubelet(), repositoryOf(image.image))) return 'verification-required';
  if (retry === 'wait' && sources.namedAt(image.registry) === null) return 'no-time-named';
  return null;
};
