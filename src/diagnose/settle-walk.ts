import type { Cause } from '../model/cause.ts';
import type { Check } from '../model/check.ts';
import type { Evidence } from '../model/finding.ts';
import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import { untestedCodes } from '../model/check-codes.ts';
import type { HostWalk, Walk, WalkFinding } from '../model/walk.ts';
import { works } from './walk-findings.ts';

/** Checks that a host must answer for; all other checks are of the node or of its files. */
const answers = ['registry.ping', 'registry.token', 'registry.manifest', 'registry.blob'];

/**
 * What one walk says of a pull: it broke, or the registry answered and wants credentials that the walk has not, or all that was
 * tested is sound (to the layer, to the manifest, or to the registry's own answer), or nothing, for it was cut short.
 */
export type WalkSays = {
  walk: Walk;
  /** The full name of the image that was walked; null where it was the registry alone. */
  image: string | null;
  says: 'broken' | 'private' | 'sound' | 'nothing';
  /** What keeps this node from pulling, the one that counts first. Empty unless `broken` or `private`. */
  faults: WalkFinding[];
  /** How far the host that works was tested. */
  depth: 'layer' | 'manifest' | 'registry' | null;
  /** The file of the node's credentials that were shown for it; null where none were. */
  credentials: string | null;
  /** True where the kubelet has them, and the runtime by itself has not. */
  ofKubelet: boolean;
};

const passed = (host: HostWalk, id: string): boolean =>
  host.checks.some(check => check.id === id && check.outcome === 'pass');

const isCut = ({ hosts }: Walk): boolean =>
  hosts.some(({ checks }) => checks.some(({ code }) => untestedCodes.has(code)));

const depthOf = (hosts: readonly HostWalk[]): WalkSays['depth'] => {
  const whole = hosts.filter(works);
  if (whole.some(host => passed(host, 'registry.blob'))) return 'layer';
  if (hosts.some(host => passed(host, 'registry.manifest'))) return 'manifest';
  return hosts.some(host => passed(host, 'registry.ping') || passed(host, 'registry.token')) ? 'registry' : null;
};

/** Faults of the node that say nothing of a registry. */
const ofNode: ReadonlySet<Cause> = new Set<Cause>(['disk-full', 'runtime-unavailable']);

const credentialsOf = ({ hosts }: Walk): Pick<WalkSays, 'credentials' | 'ofKubelet'> => {
  const shown = hosts.flatMap(({ checks }) => checks.map(({ facts }) => facts ?? {}));
  const found = shown.find(({ credentials }) => typeof credentials === 'string')?.['credentials'];
  const ofKubelet = shown.some(({ credentialsOwner }) => credentialsOwner === 'kubelet');
  return { credentials: typeof found === 'string' ? found : null, ofKubelet };
};

/** Reads a walk. A failure that was seen stands even where the walk was cut short after it. */
export const readWalk = (walk: Walk): WalkSays => {
  const errors = walk.findings.filter(({ severity, cause }) => severity === 'error' && !ofNode.has(cause));
  const [first] = errors;
  const image = walk.image === undefined ? null : normalImage(walk.image);
  const same = { walk, image, ...credentialsOf(walk) };
  if (first !== undefined)
    return { ...same, says: first.cause === 'auth-required' ? 'private' : 'broken', faults: errors, depth: null };
  const depth = depthOf(walk.hosts);
  return { ...same, says: isCut(walk) || depth === null ? 'nothing' : 'sound', faults: [], depth };
};

/** Causes that are one image's own; all others are told by a walk to any image of the registry. */
const imageCauses: ReadonlySet<Cause> = new Set<Cause>([
  ...(['image-not-found', 'tag-not-found', 'platform-mismatch', 'unsupported-manifest'] as const),
  ...(['auth-required', 'auth-denied', 'credential-provider'] as const),
]);

/** True for a fault that breaks each pull from the registry, and not only that of the walked image. */
export const breaksRegistry = ({ cause, code }: WalkFinding): boolean =>
  !imageCauses.has(cause) && code !== 'blob-missing';

const startOf = ({ walk }: WalkSays): number => walk.startedAt;

/** The walks that still count at `now`, by registry, newest first. */
export const usableWalks = (walks: readonly Walk[], now: number): Map<string, WalkSays[]> => {
  const byRegistry = new Map<string, WalkSays[]>();
  for (const walk of walks) {
    if (now - walk.startedAt - walk.ms > limits.walkUsableMs) continue;
    const said = readWalk(walk);
    const known = byRegistry.get(walk.registry);
    if (known) known.push(said);
    else byRegistry.set(walk.registry, [said]);
  }
  for (const said of byRegistry.values()) said.sort((a, b) => startOf(b) - startOf(a));
  return byRegistry;
};

/** What the walks of a registry say of one of its images, by its full name: its own walk, unless a newer one of the registry knows better. */
export const saysOf = (said: readonly WalkSays[], image: string): WalkSays | null => {
  const telling = said.filter(({ says }) => says !== 'nothing');
  const own = telling.find(one => one.image === image) ?? null;
  const newest = telling[0] ?? null;
  if (newest === null || newest === own) return own;
  const faults = newest.faults.filter(breaksRegistry);
  if (faults.length > 0) return { ...newest, says: 'broken', faults };
  // The registry answers by now: what was broken on the way to it is not any more.
  if (own !== null && !own.faults.some(breaksRegistry)) return own;
  return { ...newest, says: 'sound', faults: [], depth: 'registry' };
};

/** The host of the walk where a fault is; null where it is in the node's files or settings. */
export const hostOf = ({ hosts }: Walk, { code, evidence }: WalkFinding): HostWalk | null =>
  hosts.find(({ checks }) => checks.some(check => check.code === code && evidence.includes(check.id))) ?? null;

/** The check that shows a fault. */
export const checkOf = (walk: Walk, fault: WalkFinding): Check | null => {
  const shows = (check: Check): boolean => check.code === fault.code && fault.evidence.includes(check.id);
  return walk.checks.find(shows) ?? hostOf(walk, fault)?.checks.find(shows) ?? null;
};

/** The checks of a host in the order of the path up to the one that failed for good, each once. */
const wayOf = (host: HostWalk, last: Check | null): Check[] => {
  const end = last === null ? host.checks.length : host.checks.indexOf(last) + 1;
  const tried = host.checks.slice(0, end).filter(check => check.outcome !== 'skip' || check === last);
  return tried.filter((check, at) => {
    const better = tried.some(other => other.id === check.id && other.outcome === 'pass');
    return (
      check === last ||
      (check.outcome === (better ? 'pass' : 'fail') &&
        tried.findIndex(o => o.id === check.id && o.outcome === check.outcome) === at)
    );
  });
};

/** What speaks for a fault, or for the path being sound where there is none. */
export const evidenceOf = ({ walk }: WalkSays, fault: WalkFinding | null): Evidence[] => {
  const at = walk.startedAt + walk.ms;
  const line = (check: Check, host: string | null): Evidence => ({ check: check.id, host, code: check.code, at });
  const shown = fault === null ? null : checkOf(walk, fault);
  const ofFiles = shown !== null && walk.checks.includes(shown) ? [line(shown, null)] : [];
  if (ofFiles.length > 0) return ofFiles;
  const host =
    fault === null
      ? (walk.hosts.find(one => works(one) && answers.some(id => passed(one, id))) ?? null)
      : hostOf(walk, fault);
  if (host === null) return [];
  return wayOf(host, shown)
    .map(check => line(check, host.host))
    .slice(-limits.findingEvidence);
};
