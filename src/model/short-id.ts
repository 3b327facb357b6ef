/** FNV-1a, 32 bits; two runs with other seeds make an id that is stable and short. Not for secrets. */
const fnv = (text: string, seed: number): string => {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
};

/** An id of 16 hexadecimal digits after a prefix: the same for the same parts, wherever and whenever it is made. */
export const shortId = (prefix: string, parts: readonly string[]): string => {
  const text = parts.join('\n');
  return `${prefix}-${fnv(text, 0x811c9dc5)}${fnv(text, 0x9747b28c)}`;
};
