import type { Check } from '../../model/check.ts';
import { answerFault } from './denied.ts';
import { manifestTypes } from './manifest-head.ts';
import { beginCheck, failed, got, type Got } from './outcome.ts';
import type { Layers, Session } from './session.ts';

/** A platform in OCI words. */
export type Platform = { os: string; architecture: string; variant?: string };

type Entry = { digest: string; platform: Platform };
type Manifest = { layers: Layers; bytes: number } | { entries: Entry[] };

const digestPattern = /^sha256:[a-f0-9]{64}$|^sha512:[a-f0-9]{128}$/;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 64) : '');

const digestsOf = (list: unknown): { digest: string; item: Record<string, unknown> }[] =>
  (Array.isArray(list) ? list : []).flatMap((item: unknown) =>
    isObject(item) && typeof item['digest'] === 'string' && digestPattern.test(item['digest'])
      ? [{ digest: item['digest'], item }]
      : [],
  );

/** What the layers take as they are sent; what says no size counts as nothing. */
const sizeOf = (sizes: readonly unknown[]): number =>
  sizes.reduce((sum: number, size) => sum + (typeof size === 'number' && size > 0 ? size : 0), 0);

const parseManifest = (body: string): Manifest | null => {
  try {
    const json: unknown = JSON.parse(body);
    if (!isObject(json)) return null;
    if (Array.isArray(json['layers'])) {
      const layers = digestsOf(json['layers']);
      return {
        layers: layers.map(({ digest }) => ({ digest })),
        bytes: sizeOf(layers.map(({ item }) => item['size'])),
      };
    }
    if (!Array.isArray(json['manifests'])) return null;
    const entries = digestsOf(json['manifests']).map(({ digest, item }) => {
      const { os, architecture, variant } = isObject(item['platform']) ? item['platform'] : {};
      const platform = { os: textOf(os), architecture: textOf(architecture) };
      return { digest, platform: variant === undefined ? platform : { ...platform, variant: textOf(variant) } };
    });
    return { entries };
  } catch {
    return null;
  }
};

const print = ({ os, architecture, variant }: Platform): string =>
  [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');

/** What a node takes besides its own architecture, best first (containerd's platforms.Only). */
const alsoRuns: Record<string, string[]> = { amd64: ['386'], arm64: ['arm'] };

const pick = (entries: readonly Entry[], node: Platform): Entry | null => {
  for (const architecture of [node.architecture, ...(alsoRuns[node.architecture] ?? [])]) {
    const fits = entries.filter(({ platform }) => platform.os === node.os && platform.architecture === architecture);
    // amd64/v3 is for newer processors; the plain entry is the one that every node of the kind takes.
    const best = fits.find(({ platform }) => platform.variant === undefined || /^v[128]$/.test(platform.variant));
    if (best !== undefined || fits[0] !== undefined) return best ?? fits[0] ?? null;
  }
  return null;
};

const getManifest = async (session: Session, reference: string, signal: AbortSignal): Promise<Got<Manifest>> => {
  const url = session.url(`${session.image?.repository ?? ''}/manifests/${reference}`);
  const headers = { accept: manifestTypes };
  const sent = await session.http.send({ method: 'GET', url, secrets: session.secrets, headers }, signal);
  if (!sent.ok) return sent;
  if (sent.value.status !== 200) return { ok: false, fault: answerFault(sent.value, session) };
  const manifest = parseManifest(sent.value.body);
  if (manifest === null) return failed('manifest-unsupported', 'what is served is no image manifest');
  return got(manifest);
};

/** Picks the image for the node's platform as containerd does; at Docker Hub, where it would count as a pull, it is left out. */
export const probeRegistryPlatform = async (
  { session, node }: { session: Session; node: Platform },
  signal: AbortSignal,
): Promise<Check> => {
  const check = beginCheck('registry.platform');
  if (session.countsPulls)
    return check.fail({ code: 'costs-a-pull', detail: 'reading the manifest would count as a pull at Docker Hub' });
  const { image, digest } = session;
  const first = await getManifest(session, digest ?? image?.digest ?? image?.tag ?? 'latest', signal);
  if (!first.ok) return check.fail(first.fault);
  if ('layers' in first.value) {
    session.layers = first.value.layers;
    return check.pass('one image, for whatever platform it was built', { index: false, bytes: first.value.bytes });
  }
  const { entries } = first.value;
  const platforms = [...new Set(entries.map(({ platform }) => print(platform)))].filter(
    name => name !== 'unknown/unknown',
  );
  const facts = { index: true, node: print(node), platforms: platforms.slice(0, 30) };
  const chosen = pick(entries, node);
  if (chosen === null) {
    const detail = `built for ${platforms.slice(0, 6).join(', ')}, and this node is ${print(node)}`;
    return check.fail({ code: 'platform-missing', detail }, facts);
  }
  const second = await getManifest(session, chosen.digest, signal);
  if (!second.ok) return check.fail(second.fault, facts);
  if (!('layers' in second.value))
    return check.fail({ code: 'manifest-unsupported', detail: 'an index within an index' }, facts);
  session.layers = second.value.layers;
  return check.pass(print(chosen.platform), { ...facts, digest: chosen.digest, bytes: second.value.bytes });
};
