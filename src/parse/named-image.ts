import { parseImageRef, type ImageRef } from '../model/image-ref.ts';

/** An image as a text names it, taken apart once; `ref` is null where the name does not parse. */
export type NamedImage = { name: string; ref: ImageRef | null };

/** Takes an image's name apart. */
export const namedImage = (name: string): NamedImage => {
  const parsed = parseImageRef(name);
  return { name, ref: parsed.ok ? parsed.ref : null };
};

/** Whether two names are of one repository. */
export const sameRepository = (a: NamedImage, b: NamedImage): boolean =>
  a.ref !== null && b.ref !== null && a.ref.registry === b.ref.registry && a.ref.repository === b.ref.repository;

/** Whether two names are of one image, as far as they tell: beside a digest a tag says nothing, and a digest alone may be of any tag. */
export const sameImage = (a: NamedImage, b: NamedImage): boolean => {
  if (a.name === b.name) return true;
  if (a.ref === null || b.ref === null || !sameRepository(a, b)) return false;
  const [one, other] = [a.ref.digest, b.ref.digest];
  return one === null && other === null ? a.ref.tag === b.ref.tag : (one ?? other) === (other ?? one);
};
