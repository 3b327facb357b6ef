import { parseImageRef, printImageRef, type ImageRef } from '../../model/image-ref.ts';

/** What a walk goes to: a registry, and where an image was named that image. */
export type Target =
  | {
      ok: true;
      text: string;
      registry: string;
      image: ImageRef | null;
      /** As a person wrote it: CRI-O asks other registries for a name without one. */
      written?: string;
    }
  | { ok: false; text: string; error: string };

/** A host as a person types it: with a dot, a port, or in brackets; `nginx:1.25` is an image of Docker Hub. */
const hostPattern = /^(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$|^[\w-]+:\d{4,5}$/;

/** Reads a target: an image reference, or a registry host with or without `https://`. */
export const parseTarget = (text: string): Target => {
  const bare = text.replace(/^https?:\/\//, '').replace(/\/(?:v2\/?)?$/, '');
  if (hostPattern.test(bare)) {
    const registry = /^(?:index|registry-1)\.docker\.io$/.test(bare) ? 'docker.io' : bare;
    return { ok: true, text, registry, image: null };
  }
  const parsed = parseImageRef(text);
  if (!parsed.ok) return { ok: false, text, error: parsed.error };
  return { ok: true, text: printImageRef(parsed.ref), registry: parsed.ref.registry, image: parsed.ref, written: text };
};
