import { limits } from '../../model/limits.ts';
import type { Digest } from './digest.ts';
import { storable, type Bulk, type Transaction } from './sql.ts';

const putRows: Bulk = {
  columns: { uid: 'text', image: 'text', until_at: 'int' },
  sql: `INSERT INTO asked_retry (node_id, image, until_at)
    SELECT node.id, given.image, given.until_at FROM $rows JOIN node ON node.uid = given.uid WHERE true
    ON CONFLICT (node_id, image) DO UPDATE SET until_at = excluded.until_at, told = NULL`,
};

/** Asks nodes, by their uids, to pull an image; false where too much is asked of nodes already. */
export const askRetry = async (
  tx: Transaction,
  image: string,
  asked: { uids: string[]; now: number },
): Promise<boolean> => {
  const { uids, now } = asked;
  await tx.run('DELETE FROM asked_retry WHERE until_at <= ?1', [now]);
  const [row] = await tx.all<{ waiting: number }>('SELECT count(*) AS waiting FROM asked_retry');
  if ((row?.waiting ?? 0) + uids.length > limits.askedRetries) return false;
  // In the order of their uids, so that two replicas never wait for each other's rows.
  const rows = [...new Set(uids)].sort();
  await tx.each(
    putRows,
    rows.map(uid => ({ uid, image: storable(image), until_at: now + limits.askedRetryMs })),
  );
  return true;
};

const findRows: Bulk = {
  columns: { node_id: 'int' },
  sql: `SELECT asked_retry.node_id, image, until_at, told FROM $rows JOIN asked_retry
    ON asked_retry.node_id = given.node_id ORDER BY asked_retry.node_id, until_at, image`,
};
const toldRows: Bulk = {
  columns: { node_id: 'int', image: 'text', told: 'text' },
  sql: `UPDATE asked_retry SET told = given.told FROM $rows
    WHERE asked_retry.node_id = given.node_id AND asked_retry.image = given.image`,
};
const doneRows: Bulk = {
  columns: { node_id: 'int', image: 'text' },
  sql: `DELETE FROM asked_retry WHERE (node_id, image) IN (SELECT node_id, image FROM $rows) RETURNING image`,
};

type AskedRow = { node_id: number; image: string; until_at: number; told: string | null };

/** A report that is answered in this transaction, with the row of its node. */
type Answered = { nodeId: number; digest: Pick<Digest, 'node' | 'seq' | 'at'> };

/** What one report's answer says of the requests for its node, and which of them are done with. */
const tellOne = (held: Map<string, AskedRow>, { digest }: Answered): string[] => {
  const name = storable(`${digest.node.bootId} ${digest.seq}`);
  const images: string[] = [];
  for (const [image, row] of held)
    // Told with an earlier report: the node went on to this one, so it had that answer. A repeat of the report had not.
    if (row.until_at <= digest.at || (row.told !== null && row.told !== name)) held.delete(image);
    else if (images.length < limits.askedRetriesAtOnce) {
      row.told = name;
      images.push(image);
    }
  return images;
};

/**
 * For each report the images that people asked its node for, by any replica. A request is told with one report, and again
 * where that report comes again because its answer was lost; it goes with the node's next one, or after some minutes.
 */
export const takeAsked = async (tx: Transaction, reports: readonly Answered[]): Promise<string[][]> => {
  // Nearly always there is none, and that is all that is asked then.
  const isAny = (await tx.all('SELECT 1 AS one FROM asked_retry LIMIT 1')).length > 0;
  if (!isAny) return reports.map(() => []);
  const ids = [...new Set(reports.map(({ nodeId }) => nodeId))].sort((one, other) => one - other);
  const found = await tx.each<AskedRow>(
    findRows,
    ids.map(node_id => ({ node_id })),
  );
  const held = new Map(ids.map(id => [id, new Map<string, AskedRow>()]));
  for (const row of found) held.get(row.node_id)?.set(row.image, row);
  const told = reports.map(one => tellOne(held.get(one.nodeId) ?? new Map<string, AskedRow>(), one));
  const kept = new Set([...held.values()].flatMap(rows => [...rows.values()]));
  const changed = [...kept].filter(row => row.told !== null);
  const done = found.filter(row => !kept.has(row));
  if (changed.length > 0)
    await tx.each(
      toldRows,
      changed.map(({ node_id, image, told }) => ({ node_id, image, told })),
    );
  if (done.length > 0)
    await tx.each(
      doneRows,
      done.map(({ node_id, image }) => ({ node_id, image })),
    );
  return told;
};
