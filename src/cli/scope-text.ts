import type { NodeSet, Scope, SharedTrait } from '../model/scope.ts';
import { oneLine } from './output.ts';

/** So many things, in words: `1 node`, `12 nodes`. */
export const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** A value as a person can compare it: of a hash the beginning is enough to tell two apart. */
export const valueText = (value: string | null): string => {
  if (value === null) return 'none';
  return /^[0-9a-f]{40,}$/.test(value) ? value.slice(0, 12) : oneLine(value);
};

/** A trait in words: `zone=b`, `no proxy`. */
export const traitText = ({ name, value }: Pick<SharedTrait, 'name' | 'value'>): string =>
  value === null ? `no ${oneLine(name)}` : `${oneLine(name)}=${valueText(value)}`;

/** How far a fault reaches, in a few words: `node-17`, `12 nodes zone=b`, `registry, everyone`. */
export const scopeText = ({ kind, nodes, shared, evidence }: Scope): string => {
  const [best] = shared;
  if (kind === 'node') return oneLine(nodes.names[0] ?? '1 node');
  if (kind === 'nodes') return `${many(nodes.count, 'node')}${best === undefined ? '' : ` ${traitText(best)}`}`;
  if (kind === 'registry')
    return evidence.passed === 0 ? 'registry, everyone' : `registry, ${evidence.failed} of ${evidence.tried}`;
  return kind === 'workload' ? 'image, everywhere' : `unknown, ${many(nodes.count, 'node')} tried`;
};

/** Some names and how many more there are; all that are known where nothing is to be cut. */
export const namesText = ({ count, names }: NodeSet, wide: boolean, shown = 8): string => {
  const some = names.slice(0, wide ? names.length : shown).map(oneLine);
  return `${some.join(', ')}${count > some.length ? ` and ${count - some.length} more` : ''}`;
};

/** What a verdict rests on, in nodes; nothing that is not there, but always who was not tested. */
export const evidenceText = ({ evidence }: Pick<Scope, 'evidence'>): string => {
  const { tried, failed, passed, notTested, stale, flapping } = evidence;
  const rest = [
    ...[`not tested ${notTested}`],
    ...(stale === 0 ? [] : [`stale ${stale}`]),
    ...(flapping === 0 ? [] : [`unsteady ${flapping}`]),
  ];
  return `tried ${tried}: failed ${failed}, passed ${passed}; ${rest.join(', ')}`;
};

/** What the failing nodes have and the others have not, with how many of each. */
export const sharedText = (trait: SharedTrait, { evidence }: Pick<Scope, 'evidence'>): string =>
  `${traitText(trait)}: ${trait.failing} of ${evidence.failed} failing, ${trait.passing} of ${evidence.passed} passing`;
