import { currentSql, newestSql } from './read-nodes.ts';
import type { FindingReader } from './read-findings.ts';
import { unpack } from './packed.ts';
import type { NodeFacts, NodeState } from './records.ts';
import type { Bulk, Sql } from './sql.ts';

/** Questions of who judges what nodes have in common. */
export type ChangeReader = {
  since: (revision: number, limit: number) => Promise<NodeFacts[]>;
  silent: (before: number) => Promise<string[]>;
};

type ChangeRow = {
  revision: number;
  id: number | null;
  uid: string;
  name: string;
  last_seen: number;
  is_newest: number;
  is_current: number;
};

// One statement, so that both halves are of one moment and no revision is passed over.
const changesSql = `
  SELECT * FROM (
    SELECT revision, id, uid, name, last_seen, CASE WHEN ${newestSql} THEN 1 ELSE 0 END AS is_newest,
      ${currentSql} AS is_current
    FROM node WHERE revision > ?1 ORDER BY revision LIMIT ?2) AS kept
  UNION ALL SELECT * FROM (
    SELECT revision, CAST(NULL AS BIGINT) AS id, uid, name, at AS last_seen, 0 AS is_newest, 0 AS is_current
    FROM gone_node WHERE revision > ?1 ORDER BY revision LIMIT ?2) AS gone
  ORDER BY revision LIMIT ?2`;

const findStates: Bulk = {
  columns: { node_id: 'int' },
  sql: 'SELECT node_id, state FROM $rows JOIN node_body USING (node_id)',
};

/** The questions, on either database. */
export const changeReader = (sql: Sql, findings: FindingReader): ChangeReader => ({
  since: async (revision, limit) => {
    const rows = await sql.all<ChangeRow>(changesSql, [revision, limit]);
    const ids = rows.flatMap(({ id, is_newest: isNewest }) => (id !== null && isNewest === 1 ? [id] : []));
    const open = await findings.openOfEach(ids);
    const states = await sql.each<{ node_id: number; state: string }>(
      findStates,
      ids.map(id => ({ node_id: id })),
    );
    const byNode = new Map(states.map(row => [row.node_id, JSON.parse(unpack(row.state)) as NodeState]));
    return rows.map(row => {
      const { id } = row;
      const gone = id === null || row.is_newest === 0;
      return {
        ...{ revision: row.revision, uid: row.uid, name: row.name, gone, lastSeen: row.last_seen },
        current: row.is_current === 1,
        state: gone ? null : (byNode.get(id) ?? null),
        findings: gone ? [] : (open.get(id) ?? []),
      };
    });
  },
  silent: async before => {
    const rows = await sql.all<{ uid: string }>('SELECT uid FROM node WHERE last_seen < ?1', [before]);
    return rows.map(row => row.uid);
  },
});
