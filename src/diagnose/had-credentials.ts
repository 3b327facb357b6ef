import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';

/** A failed pull's own line. */
export type PullError = { at: number; image: string; message: string; source?: string; anonymous?: true };

/**
 * Whether the kubelet had credentials for an attempt that ended at `at`, null where its lines do not tell: it logs one for each
 * credential that it tries, and one more where it has none. Another pod's pull of the image at the same time leaves it open.
 */
export const hadCredentials = (errors: readonly PullError[], image: string, at: number): boolean | null => {
  const wanted = normalImage(image);
  const lines = errors.filter(
    error =>
      error.source === 'kubelet' &&
      Math.abs(error.at - at) <= limits.recentErrorMs &&
      normalImage(error.image) === wanted,
  );
  const without = lines.filter(line => line.anonymous === true).length;
  if (without === 0) return lines.length > 0 ? true : null;
  return without * 2 >= lines.length ? false : null;
};
