import { normalImage } from '../../model/image-ref.ts';
import type { Page } from '../../wire/api.ts';
import { appendEvents, type NewEvent } from './events.ts';
import type { Incident } from '../../model/incident.ts';
import type { IncidentQuery } from './records.ts';
import { storable, takeNumbers, type Bulk, type Param, type Sql, type Transaction } from './sql.ts';
import { readOr } from './damaged.ts';

type IncidentRow = { id: number; body: string };

/** None where it cannot be read any more: the judge opens it anew. */
const incidentOf = (row: IncidentRow): Incident | null => readOr(null, () => JSON.parse(row.body) as Incident);

const stateClauses = { open: 'closed_at IS NULL', closed: 'closed_at IS NOT NULL', all: null };

/** Questions about incidents. */
export type IncidentReader = {
  list: (query: IncidentQuery) => Promise<Page<Incident>>;
  byId: (id: string) => Promise<Incident | null>;
  /** Grows with every change of any. */
  version: () => Promise<number>;
};

/** The questions, on either database. */
export const incidentReader = (sql: Sql): IncidentReader => ({
  list: async query => {
    const conditions = [stateClauses[query.state]].filter(clause => clause !== null);
    const params: Param[] = [query.limit + 1];
    const add = (value: Param, column: string): void => {
      if (value === null) return;
      params.push(typeof value === 'string' ? storable(value) : value);
      conditions.push(`${column} ?${params.length}`);
    };
    add(query.cause, 'cause =');
    add(query.image === null ? null : normalImage(query.image), 'image =');
    if (query.registry !== null) {
      // One that shows at several registries names them in its body alone.
      params.push(JSON.stringify(storable(query.registry)));
      conditions.push(`replace(body, ?${params.length}, '') <> body`);
    }
    add(query.since, 'changed_at >=');
    add(query.before, 'id <');
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const text = `SELECT id, body FROM incident ${where} ORDER BY id DESC LIMIT ?1`;
    const rows = await sql.all<IncidentRow>(text, params);
    const shown = rows.slice(0, query.limit);
    const items = shown.map(incidentOf).filter(one => one !== null);
    return { items, next: rows.length > query.limit ? String(shown.at(-1)?.id) : null };
  },
  byId: async id => {
    const [row] = await sql.all<IncidentRow>(`SELECT id, body FROM incident WHERE incident_id = ?1`, [storable(id)]);
    return row ? incidentOf(row) : null;
  },
  version: async () => {
    const [row] = await sql.all<{ value: number }>(`SELECT value FROM counter WHERE name = 'incidents'`);
    return row?.value ?? 0;
  },
});

const findIncidents: Bulk = {
  columns: { id: 'text' },
  sql: 'SELECT incident_id, closed_at, changed_at FROM $rows JOIN incident ON incident.incident_id = given.id',
};
const upsertIncidents: Bulk = {
  columns: {
    ...{ incident_id: 'text', cause: 'text', registry: 'text', image: 'text', opened_at: 'int', changed_at: 'int' },
    ...{ closed_at: 'int', body: 'text' },
  },
  sql: `INSERT INTO incident (incident_id, cause, registry, image, opened_at, changed_at, closed_at, body)
    SELECT incident_id, cause, registry, image, opened_at, changed_at, closed_at, body FROM $rows WHERE true
    ON CONFLICT (incident_id) DO UPDATE SET cause = excluded.cause, registry = excluded.registry,
      image = excluded.image, opened_at = excluded.opened_at, changed_at = excluded.changed_at,
      closed_at = excluded.closed_at, body = excluded.body`,
};

const kindOf = (one: Incident, isOpen: boolean): NewEvent['kind'] => {
  if (one.closedAt !== null) return 'incident.closed';
  return isOpen ? 'incident.changed' : 'incident.opened';
};

/** Stores incidents as they now are, of each id one, and an event of each that is another than before (`changedAt`). */
export const saveIncidents = async (tx: Transaction, given: Incident[], now: number): Promise<void> => {
  const incidents = [...new Map(given.map(one => [one.id, one])).values()];
  if (incidents.length === 0) return;
  type Found = { incident_id: string; closed_at: number | null; changed_at: number };
  const found = await tx.each<Found>(findIncidents, incidents.map(toId));
  const before = new Map(found.map(row => [row.incident_id, row]));
  // One that is as it was but for newer evidence is no news.
  const news = incidents.filter(one => one.closedAt !== null || before.get(one.id)?.changed_at !== one.changedAt);
  const first = await takeNumbers(tx, Math.max(1, news.length));
  const rows = incidents.map(one => ({
    ...{ incident_id: one.id, cause: one.cause, registry: one.registry === null ? null : storable(one.registry) },
    image: one.image === null ? null : storable(normalImage(one.image)),
    ...{ opened_at: one.openedAt, changed_at: one.changedAt, closed_at: one.closedAt },
    body: JSON.stringify(one),
  }));
  await tx.each(upsertIncidents, rows);
  const events = news.map(one => ({
    ...{ kind: kindOf(one, before.get(one.id)?.closed_at === null), at: now, body: JSON.stringify(one) },
  }));
  await appendEvents(tx, events, first);
  await tx.run(`UPDATE counter SET value = value + 1 WHERE name = 'incidents'`);
  await tx.announce();
};

const toId = ({ id }: Incident): { id: string } => ({ id });
