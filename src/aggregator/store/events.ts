import type { EventKind, EventPage, StoredEvent } from './records.ts';
import type { Bulk, Sql, Transaction } from './sql.ts';
import { readOr } from './damaged.ts';

/** An event to be; the body is JSON. */
export type NewEvent = { kind: EventKind; at: number; body: string };

const insertEvents: Bulk = {
  columns: { id: 'int', kind: 'text', at: 'int', body: 'text' },
  sql: 'INSERT INTO event (id, kind, at, body) SELECT id, kind, at, body FROM $rows WHERE true',
};

/** Appends events under numbers that the transaction has taken, from `first` on. */
export const appendEvents = async (tx: Transaction, events: NewEvent[], first: number): Promise<void> => {
  if (events.length === 0) return;
  await tx.each(
    insertEvents,
    events.map((event, index) => ({ ...event, id: first + index })),
  );
};

/** Questions about the log of events. */
export type EventReader = {
  after: (id: number, limit: number) => Promise<EventPage>;
  last: () => Promise<number>;
};

type EventRow = { id: number; kind: EventKind; at: number; body: string };

/** The log is bounded: `missed` tells who comes back after the bound. */
export const eventReader = (sql: Sql): EventReader => ({
  after: async (id, limit) => {
    const rows = await sql.all<EventRow>('SELECT id, kind, at, body FROM event WHERE id > ?1 ORDER BY id LIMIT ?2', [
      ...[id, limit],
    ]);
    // Asked for after the events: what goes in between is then seen as missed, never passed over.
    const [dropped] = await sql.all<{ value: number }>(`SELECT value FROM counter WHERE name = 'events dropped'`);
    const events = rows.map(({ body, ...rest }): StoredEvent => ({
      ...rest,
      body: readOr<unknown>({}, () => JSON.parse(body)),
    }));
    return { events, missed: id < (dropped?.value ?? 0) };
  },
  last: async () => {
    const [row] = await sql.all<{ id: number | null }>('SELECT max(id) AS id FROM event');
    return row?.id ?? 0;
  },
});
