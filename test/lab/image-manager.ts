import { parseImageRef } from '../../src/model/image-ref.ts';
import { CriError } from './cri.ts';
import type { Auth, Cri } from './cri.ts';
import { anonymousPullFailed, pullFailed } from './kubelet-lines.ts';
import type { KubeletLine } from './kubelet-lines.ts';

export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** What one container needs to start: the image as the pod spec writes it. */
export type Wanted = { podUid: string; image: string; policy: PullPolicy; credentials: readonly Auth[] };

/** Ready (with the time that a pull took, 0 for none), or the waiting reason and message. */
export type Ensured = { ok: true; pullMs: number } | { ok: false; reason: string; message: string };

export type ImageManagerOptions = {
  cri: Cri;
  log: (line: KubeletLine) => void;
  now: () => number;
  /** 1 is the kubelet's own timing; a test may shorten it. */
  timeScale: number;
};

type Backoff = { ms: number; since: number; because: string };

/** The kubelet's back-off for image pulls: 10 s, doubled with each failure, at most 300 s, forgotten after 600 s. */
const initialMs = 10_000;
const maximumMs = 300_000;

const rpcText = (error: CriError): string => `rpc error: code = ${error.codeName} desc = ${error.message}`;

/** The kubelet unwraps the code Unknown and keeps every other. */
const plainText = (error: CriError): string => (error.codeName === 'Unknown' ? error.message : rpcText(error));

/** The policy that the API server fills in where the pod names none. */
export const defaultPolicy = (image: string): PullPolicy => {
  const parsed = parseImageRef(image);
  return parsed.ok && parsed.ref.tag === 'latest' ? 'Always' : 'IfNotPresent';
};

/**
 * The kubelet's image manager (EnsureImageExists, 1.32 to 1.36): its order of checks, its back-off, its errors.
 * Pulls run in parallel, as with `serializeImagePulls: false`.
 */
export class ImageManager {
  readonly #options: ImageManagerOptions;
  readonly #backoffs = new Map<string, Backoff>();

  constructor(options: ImageManagerOptions) {
    this.#options = options;
  }

  async ensure(wanted: Wanted): Promise<Ensured> {
    const { image, policy } = wanted;
    const parsed = parseImageRef(image);
    if (!parsed.ok) {
      const why = `couldn't parse image name "${image}": ${parsed.error}`;
      return { ok: false, reason: 'InvalidImageName', message: `Failed to apply default image tag "${image}": ${why}` };
    }
    const untagged = parsed.ref.tag === 'latest' && !image.endsWith(':latest');
    const tagged = untagged ? `${image}:latest` : image;
    if (policy !== 'Always') {
      const found = await this.#has(tagged);
      if (typeof found !== 'boolean') return found;
      if (found) return { ok: true, pullMs: 0 };
      if (policy === 'Never') {
        const message = `Container image "${image}" is not present with pull policy of Never`;
        return { ok: false, reason: 'ErrImageNeverPull', message };
      }
    }
    return this.#pullUnlessWaiting(wanted, tagged);
  }

  async #has(image: string): Promise<boolean | Ensured> {
    try {
      return await this.#options.cri.has(image);
    } catch (error) {
      if (!(error instanceof CriError)) throw error;
      // The kubelet prints the empty image id here, not the name.
      return { ok: false, reason: 'ImageInspectError', message: `Failed to inspect image "": ${plainText(error)}` };
    }
  }

  async #pullUnlessWaiting(wanted: Wanted, tagged: string): Promise<Ensured> {
    const { now, timeScale } = this.#options;
    const key = `${wanted.podUid}_${wanted.image}`;
    const kept = this.#backoffs.get(key);
    const last = kept !== undefined && now() - kept.since > 2 * maximumMs * timeScale ? undefined : kept;
    if (last !== undefined && now() - last.since < last.ms * timeScale) {
      const message = `Back-off pulling image "${wanted.image}": ErrImagePull: ${last.because}`;
      return { ok: false, reason: 'ImagePullBackOff', message };
    }
    const begun = now();
    const failure = await this.#pull(tagged, wanted.credentials);
    if (failure === null) return { ok: true, pullMs: Math.max(1, now() - begun) };
    const ms = last === undefined ? initialMs : Math.min(last.ms * 2, maximumMs);
    this.#backoffs.set(key, { ms, since: now(), because: failure });
    return { ok: false, reason: 'ErrImagePull', message: failure };
  }

  /** Tries each credential in order, or once without; null where one of them worked. */
  async #pull(image: string, credentials: readonly Auth[]): Promise<string | null> {
    const { cri, log } = this.#options;
    const texts = new Set<string>();
    for (const auth of credentials.length === 0 ? [null] : credentials) {
      try {
        await cri.pull(image, auth);
        return null;
      } catch (error) {
        if (!(error instanceof CriError)) throw error;
        log(pullFailed(image, rpcText(error)));
        if (auth === null) log(anonymousPullFailed(image, plainText(error)));
        texts.add(plainText(error));
      }
    }
    return texts.size === 1 ? [...texts].join('') : `[${[...texts].join(', ')}]`;
  }
}
