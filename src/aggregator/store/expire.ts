import type { Database } from './open.ts';

/** Removes what is older than a moment, so many rows at most; gives how many it removed. */
export type Expire = (before: number, rows: number) => number;

/** Prepares the removal of closed findings, boots that ended and nodes that were last heard of before a moment. */
export const expirer = (db: Database): Expire => {
  const findings = db.prepare('DELETE FROM finding WHERE id IN (SELECT id FROM finding WHERE closed_at < ? LIMIT ?)');
  const boots = db.prepare(
    `DELETE FROM boot WHERE id IN (SELECT boot.id FROM boot JOIN node ON node.id = boot.node_id
       WHERE boot.last_seen < ? AND boot.id IS NOT node.boot_row LIMIT ?)`,
  );
  const nodes = db.prepare('DELETE FROM node WHERE id IN (SELECT id FROM node WHERE last_seen < ? LIMIT ?)');
  return (before, rows) =>
    [findings, boots, nodes].reduce((sum, statement) => sum + Number(statement.run(before, rows).changes), 0);
};
