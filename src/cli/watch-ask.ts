import type { Incident } from '../model/incident.ts';
import { findingItemSchema, type FindingItem } from '../wire/api.ts';
import { incidentSchema } from '../wire/incident-schema.ts';
import type { Filter } from './ask-options.ts';
import type { Ask } from './ask.ts';
import type { Happening } from './watch-text.ts';

/** The aggregator's clock and this machine's may differ by as much: what was there before is looked at, and not told. */
const clockSlackMs = 300_000;

const ofIncident = (incident: Incident): Happening => {
  const { openedAt, changedAt, closedAt } = incident;
  const change = closedAt !== null ? 'closed' : changedAt > openedAt ? 'changed' : 'opened';
  return { at: closedAt ?? changedAt, what: 'incident', change, incident };
};

const ofFinding = (finding: FindingItem): Happening => {
  const { closedAt, openedAt } = finding;
  return { at: closedAt ?? openedAt, what: 'finding', change: closedAt === null ? 'opened' : 'closed', finding };
};

/** All that was opened, changed or closed since the filter's time, as it now is, in order. */
export const askChanges = async (ask: Ask, filter: Filter): Promise<Happening[]> => {
  const query = { ...filter, state: 'all' };
  const [incidents, findings] = await Promise.all([
    ask.all({ path: '/v1/incidents', query, schema: incidentSchema }),
    ask.all({ path: '/v1/findings', query, schema: findingItemSchema }),
  ]);
  const since = Number(filter.since ?? 0);
  // A finding changes with each attempt: only that it came and went is told.
  const told = findings.map(ofFinding).filter(({ at }) => at >= since);
  return [...incidents.map(ofIncident), ...told].sort((a, b) => a.at - b.at);
};

/** What makes two looks see the same: a thing as it was at one change. */
const keyOf = (happening: Happening): string => {
  const { at, what, change } = happening;
  const id = what === 'incident' ? happening.incident.id : `${happening.finding.node} ${happening.finding.id}`;
  return `${what} ${id} ${change} ${at}`;
};

/** Looks for what is new since the look before. Times are compared with the aggregator's own, as its answers have them. */
export const changeLook = (ask: Ask, filter: Filter, now: number): (() => Promise<Happening[]>) => {
  let seen: ReadonlySet<string> | null = null;
  let since = filter.since === null ? now - clockSlackMs : Number(filter.since);
  return async () => {
    const found = await askChanges(ask, { ...filter, since: String(since) });
    const before = seen;
    seen = new Set(found.map(keyOf));
    since = Math.max(since, ...found.map(({ at }) => at));
    if (before === null) return filter.since === null ? [] : found;
    return found.filter(one => !before.has(keyOf(one)));
  };
};
