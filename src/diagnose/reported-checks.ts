import { limits } from '../model/limits.ts';
import type { Check, ReportedCheck } from '../model/check.ts';
import type { Walk } from '../model/walk.ts';

/** The checks of a registry's configuration: of the registry, but of none of its hosts. */
const isConfig = ({ id }: Check): boolean => id.startsWith('config.') && id !== 'config.proxy';

/** What only the walk of an image has; all before it the registry's own walk shows as well. */
const imageStages = new Set(['manifest', 'blob']);
const isOfImage = ({ id, stage }: Check): boolean => imageStages.has(stage) || id === 'registry.rate-limit';

const fitted = (check: Check): Check =>
  check.detail.length <= limits.messageBytes / 4
    ? check
    : { ...check, detail: check.detail.slice(0, limits.messageBytes / 4) };

const hostChecks = (walk: Walk, wanted: (check: Check) => boolean): ReportedCheck[] =>
  walk.hosts.flatMap(({ host, role, checks }) =>
    checks.filter(wanted).map(check => ({ ...fitted(check), registry: walk.registry, host, role, at: walk.startedAt })),
  );

/**
 * The checks of a walk as they are reported: of a registry all but those of the node itself, of an image what only its
 * walk has, with the image among the facts.
 */
export const reportedChecks = (walk: Walk): ReportedCheck[] => {
  const { image, registry, startedAt: at } = walk;
  if (image !== undefined)
    return hostChecks(walk, isOfImage).map(check => ({ ...check, facts: { ...check.facts, image } }));
  const config = walk.checks.filter(isConfig).map(check => ({ ...fitted(check), registry, at }));
  return [...config, ...hostChecks(walk, () => true)];
};

/** The clock as most registries see it: one with a wrong clock of its own must not blame the node's. Null: none told the time. */
export const clockCheck = (walks: readonly Walk[]): ReportedCheck | null => {
  const told = walks.flatMap(walk => {
    const check = walk.checks.find(({ id, outcome }) => id === 'node.clock' && outcome !== 'skip');
    const skew = check?.facts?.['skewSeconds'];
    return check === undefined || typeof skew !== 'number' ? [] : [{ check, skew, at: walk.startedAt }];
  });
  const middle = told.toSorted((a, b) => a.skew - b.skew)[Math.floor(told.length / 2)];
  return middle === undefined ? null : { ...middle.check, at: middle.at };
};

/** What makes two sets of checks differ for whoever reads them: outcomes and codes, not times, addresses or how many. */
export const verdictOf = (checks: readonly ReportedCheck[]): string => {
  const lines = checks.map(({ registry = '', host = '', id, outcome, code }) =>
    [registry, host, id, outcome, code ?? ''].join(' '),
  );
  return [...new Set(lines)].sort().join('\n');
};
