import { limits } from '../../model/limits.ts';
import type { Pruned, PruneOrder } from './records.ts';
import { takeNumbers, type Bulk, type Transaction } from './sql.ts';

/** What ends and when, oldest first; open things have no end and are never named. */
const history = {
  finding: 'closed_at',
  check_period: 'until_at',
  incident: 'closed_at',
} as const;

const kinds = Object.keys(history) as (keyof typeof history)[];

const removeOf = (kind: keyof typeof history): string =>
  `DELETE FROM ${kind} WHERE id IN (SELECT id FROM ${kind} WHERE ${history[kind]} < ?1 ORDER BY ${history[kind]} LIMIT ?2)`;

const removeBoots = `DELETE FROM boot WHERE id IN (SELECT boot.id FROM boot JOIN node ON node.id = boot.node_id
  WHERE boot.last_seen < ?1 AND (node.boot_row IS NULL OR boot.id <> node.boot_row) ORDER BY boot.id LIMIT ?2)`;
const removeNodes = `DELETE FROM node WHERE id IN (SELECT id FROM node WHERE last_seen < ?1 ORDER BY id LIMIT ?2)
  RETURNING uid, name`;
const removeTombs = `DELETE FROM gone_node WHERE revision IN
  (SELECT revision FROM gone_node WHERE at < ?1 ORDER BY revision LIMIT ?2)`;

const tombs: Bulk = {
  columns: { revision: 'int', uid: 'text', name: 'text', at: 'int' },
  sql: 'INSERT INTO gone_node (revision, uid, name, at) SELECT revision, uid, name, at FROM $rows WHERE true',
};

/** Nodes go with all they had; that they went is kept for who follows the changes. */
const pruneNodes = async (tx: Transaction, { before, rows }: PruneOrder): Promise<number> => {
  const gone = await tx.all<{ uid: string; name: string }>(removeNodes, [before, rows]);
  if (gone.length === 0) return 0;
  const first = await takeNumbers(tx, gone.length);
  await tx.each(
    tombs,
    gone.map(({ uid, name }, index) => ({ revision: first + index, uid, name, at: before })),
  );
  await tx.announce();
  return gone.length;
};

/** The log is a window: so many events, none older than the retention. */
const pruneEvents = async (tx: Transaction, { before, rows }: PruneOrder): Promise<number> => {
  const [last] = await tx.all<{ id: number }>('SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET ?1', [
    limits.storedEvents,
  ]);
  const gone = await tx.all<{ id: number }>(
    `DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at < ?1 OR id <= ?3 ORDER BY id LIMIT ?2) RETURNING id`,
    [before, rows, last?.id ?? 0],
  );
  if (gone.length === 0) return 0;
  const highest = gone.reduce((max, { id }) => Math.max(max, id), 0);
  await tx.run(`UPDATE counter SET value = ?1 WHERE name = 'events dropped' AND value < ?1`, [highest]);
  return gone.length;
};

const oldestSql = kinds
  .map(
    kind => `SELECT * FROM (SELECT '${kind}' AS kind, id, ${history[kind]} AS at FROM ${kind}
      WHERE ${history[kind]} IS NOT NULL ORDER BY ${history[kind]} LIMIT ?1) AS ${kind}`,
  )
  .join(' UNION ALL ');

const pruneOldest = async (tx: Transaction, rows: number): Promise<number> => {
  const oldest = await tx.all<{ kind: string; id: number }>(`${oldestSql} ORDER BY at LIMIT ?1`, [rows]);
  let removed = 0;
  for (const kind of kinds) {
    const ids = oldest.filter(row => row.kind === kind).map(({ id }) => ({ id }));
    const sql = `DELETE FROM ${kind} WHERE id IN (SELECT id FROM $rows) RETURNING id`;
    if (ids.length > 0) removed += (await tx.each({ columns: { id: 'int' }, sql }, ids)).length;
  }
  return removed;
};

/** Removes some of what is past the retention, and of the oldest history while the database holds too much. */
export const prune = async (tx: Transaction, order: PruneOrder): Promise<Pruned> => {
  await tx.exclusive('prune');
  const { before, rows, maxBytes } = order;
  const events = await pruneEvents(tx, order);
  let aged = await pruneNodes(tx, order);
  for (const sql of [...kinds.map(removeOf), removeBoots]) aged += await tx.run(sql, [before, rows]);
  await tx.run(removeTombs, [before - limits.goneNodeMs, rows]);
  if (aged + events > 0 || (await tx.usedBytes()) <= maxBytes) return { aged, events, crowded: 0 };
  return { aged, events, crowded: await pruneOldest(tx, rows) };
};
