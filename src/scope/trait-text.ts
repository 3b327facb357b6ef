import type { SharedTrait } from '../model/scope.ts';

/** A trait in words: `zone=eu-1a`, `no proxy`; of a hash the beginning, which is enough to tell two apart. */
export const traitText = ({ name, value }: Pick<SharedTrait, 'name' | 'value'>): string => {
  if (value === null) return `no ${name}`;
  return `${name}=${/^[0-9a-f]{40,}$/.test(value) ? value.slice(0, 12) : value}`;
};
