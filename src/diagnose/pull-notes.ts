import { normalImage, parseImageRef, printImageRef } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { PulledImage } from '../model/report.ts';
import { readFailedMirror, type FailedMirror } from './failed-mirror.ts';
import { Recent } from './recent.ts';

const changes = ['none', 'pulled', 'seen', 'attempt', 'changed'] as const;
/** What an event did: nothing, an image was pulled, a known failure was named again, one more attempt failed, or something else is wrong now. */
export type LedgerChange = (typeof changes)[number];

/** The weightier of two. */
export const weightier = (a: LedgerChange, b: LedgerChange): LedgerChange =>
  changes.indexOf(a) < changes.indexOf(b) ? b : a;

type Pod = { namespace: string; pod: string };
type MissingSecret = Pod & { at: number; message: string };
type FailedCredentials = { image: string; at: number; message: string };

/** The notes as plain data; what an older agent did not save is not there. */
export type NotesState = {
  secrets: MissingSecret[];
  mirrors?: FailedMirror[];
  credentials?: FailedCredentials[];
  pulled?: PulledImage[];
};

/** Whether a text can be a name of Kubernetes or of a host: printable, without blanks, at most 253 characters. */
export const isName = (text: string): boolean => /^[!-~]{1,253}$/.test(text);

/** At most `max` bytes of UTF-8 (three a UTF-16 unit at worst), not ending within a character. */
export const cut = (text: string, max: number): string => {
  if (text.length * 3 <= max) return text;
  const encoded = new TextEncoder().encodeInto(text, new Uint8Array(max));
  return text.slice(0, encoded.read);
};

/** An image by the hash of its configuration, which reads as a name of Docker Hub with a tag. */
const isImageId = /^sha256:[0-9a-f]{64}$/;

const keyOf = ({ namespace, pod }: Pod): string => `${namespace}/${pod}`;

/**
 * What the logs say beside the pulls that fail: images that were pulled, pull secrets that are missing, mirrors and credential
 * providers that failed.
 * Bounded; it reads no clock.
 */
export class PullNotes {
  private readonly secrets: Recent<MissingSecret>;
  private readonly mirrors: Recent<FailedMirror>;
  private readonly credentials: Recent<FailedCredentials>;
  private readonly pulled: Recent<PulledImage>;

  constructor({ secrets, mirrors = [], credentials = [], pulled = [] }: NotesState) {
    this.secrets = new Recent(
      limits.missingSecrets,
      secrets.map(one => [keyOf(one), one]),
    );
    this.mirrors = new Recent(
      limits.failedHosts,
      mirrors.map(one => [one.host, one]),
    );
    this.credentials = new Recent(
      limits.failedCredentials,
      credentials.map(one => [one.image, one]),
    );
    this.pulled = new Recent(
      limits.pulledImages,
      pulled.map(one => [one.image, one]),
    );
  }

  state(): Required<NotesState> {
    const { secrets, mirrors, credentials, pulled } = this;
    return {
      ...{ secrets: secrets.values(), mirrors: mirrors.values(), credentials: credentials.values() },
      pulled: pulled.values(),
    };
  }

  missingSecret(pod: Pod): string | null {
    return this.secrets.get(keyOf(pod))?.message ?? null;
  }

  /** What was said of the credentials for an image, at `since` or later. */
  failedCredentials(image: string, since: number): string | null {
    const found = this.credentials.get(normalImage(image));
    return found !== null && found.at >= since ? found.message : null;
  }

  failedMirrors(at: number): FailedMirror[] {
    return this.mirrors.values().filter(one => at - one.at <= limits.failedHostMs);
  }

  /** Images that were pulled within a day before `at`, the newest first. */
  pulledImages(at: number): PulledImage[] {
    return this.pulled
      .values()
      .filter(one => at - one.at < limits.pulledMs)
      .sort((one, other) => other.at - one.at);
  }

  /** One that was pulled by its number alone has no name that another node could know it by. */
  imagePulled({ image, at }: PulledImage): LedgerChange {
    const parsed = parseImageRef(image);
    if (!parsed.ok || isImageId.test(image)) return 'none';
    const name = printImageRef(parsed.ref);
    if (name.length > 1024) return 'none';
    // containerd tells each pull in two lines; what another journal file tells late is no newer pull.
    const since = at - (this.pulled.get(name)?.at ?? -Infinity);
    if (since < limits.sameAttemptMs) return 'none';
    this.pulled.set(name, { image: name, at });
    return since < limits.pulledAgainMs ? 'none' : 'pulled';
  }

  secretMissing(event: MissingSecret): LedgerChange {
    const { namespace, pod, at } = event;
    if (!isName(namespace) || !isName(pod)) return 'none';
    const known = this.secrets.get(keyOf(event)) !== null;
    this.secrets.set(keyOf(event), { namespace, pod, at, message: cut(event.message, limits.messageBytes) });
    return known ? 'none' : 'changed';
  }

  hostFailed(event: { host: string; message: string; at: number }): LedgerChange {
    if (!isName(event.host)) return 'none';
    const failed = readFailedMirror({ ...event, message: cut(event.message, limits.messageBytes) });
    if (failed === null) return 'none';
    const known = this.mirrors.get(failed.host);
    const isNew = known === null || failed.at - known.at > limits.failedHostMs;
    this.mirrors.set(failed.host, {
      ...failed,
      registry: failed.registry ?? known?.registry ?? null,
      firstAt: isNew ? failed.at : known.firstAt,
    });
    return isNew ? 'changed' : 'seen';
  }

  credentialsFailed(event: FailedCredentials): LedgerChange {
    const image = normalImage(cut(event.image, 1024));
    const isNew = this.credentials.get(image) === null;
    this.credentials.set(image, { image, at: event.at, message: cut(event.message, limits.messageBytes) });
    return isNew ? 'changed' : 'none';
  }

  forgetPod(pod: Pod): void {
    this.secrets.delete(keyOf(pod));
  }
}
