import { incidentSchema } from '../wire/incident-schema.ts';
import { findingHeadSchema } from '../wire/event-schema.ts';
import { readJson } from '../wire/read-json.ts';
import type { Filter } from './ask-options.ts';
import type { StreamEvent } from './event-stream.ts';
import type { Happening } from './watch-text.ts';

/** What an event of the stream tells; null for one that only a newer aggregator's client knows. */
export const happeningOf = ({ event, data }: StreamEvent, now: number): Happening | null => {
  const [, what, change] = /^(incident|finding)\.(opened|changed|closed)$/.exec(event) ?? [];
  if (what === undefined || (change !== 'opened' && change !== 'changed' && change !== 'closed')) return null;
  if (what === 'incident') {
    const read = readJson(data, incidentSchema);
    return read.ok ? { at: read.value.changedAt, what, change, incident: read.value } : null;
  }
  const read = readJson(data, findingHeadSchema);
  return read.ok ? { at: read.value.closedAt ?? now, what: 'finding', change, finding: read.value } : null;
};

/** Whether it is of the cause and at the registry that were asked for. */
export const isWanted = (happening: Happening, { cause, registry }: Pick<Filter, 'cause' | 'registry'>): boolean => {
  const about = happening.what === 'incident' ? happening.incident : happening.finding;
  const registries = happening.what === 'incident' ? happening.incident.registries : [];
  const wanted = registry?.toLowerCase() ?? null;
  const isThere = wanted === null || about.registry === wanted || registries.includes(wanted);
  return isThere && (cause === null || about.cause === cause);
};
