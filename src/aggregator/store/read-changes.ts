import type { FindingReader } from './read-findings.ts';
import { currentSql, newestSql } from './read-nodes.ts';
import { keptState } from './kept-report.ts';
import { draftTold, tellOf, timesAfter, unpackTold } from './node-told.ts';
import type { NodeFacts, NodeTold } from './records.ts';
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
  told: string | null;
};

// One statement, so that both halves are of one moment and no revision is passed over.
const changesSql = `
  SELECT * FROM (
    SELECT revision, id, uid, name, last_seen, CASE WHEN ${newestSql} THEN 1 ELSE 0 END AS is_newest,
      ${currentSql} AS is_current, node_body.told
    FROM node LEFT JOIN node_body ON node_body.node_id = node.id
    WHERE revision > ?1 ORDER BY revision LIMIT ?2) AS kept
  UNION ALL SELECT * FROM (
    SELECT revision, CAST(NULL AS BIGINT) AS id, uid, name, at AS last_seen, 0 AS is_newest, 0 AS is_current,
      CAST(NULL AS TEXT) AS told
    FROM gone_node WHERE revision > ?1 ORDER BY revision LIMIT ?2) AS gone
  ORDER BY revision LIMIT ?2`;

const findStates: Bulk = {
  columns: { node_id: 'int' },
  sql: 'SELECT node_id, state FROM $rows JOIN node_body USING (node_id)',
};

/** A node whose evidence is of another form, and when it was heard last. */
type Other = { id: number; told: string; at: number };

/** From the reports themselves, for rows that another version of the program wrote. */
const readAnew = async (sql: Sql, findings: FindingReader, other: Other[]): Promise<Map<number, NodeTold>> => {
  if (other.length === 0) return new Map();
  const ids = other.map(({ id }) => id);
  const heard = new Map(other.map(one => [one.id, one]));
  const open = await findings.openOfEach(ids);
  const wanted = ids.map(id => ({ node_id: id }));
  const rows = await sql.each<{ node_id: number; state: string }>(findStates, wanted);
  return new Map(
    rows.flatMap(({ node_id: id, state }): [number, NodeTold][] => {
      const when = heard.get(id);
      if (!when) return [];
      const { told, at } = when;
      const mine = open.get(id) ?? [];
      const opened = new Map(mine.map(finding => [finding.id, finding.openedAt]));
      const draft = draftTold(keptState(state), mine, { sentAt: at, at });
      const times = timesAfter(told, draft, at);
      return [[id, tellOf(draft, { openedAt: one => opened.get(one) ?? at, times })]];
    }),
  );
};

/** The questions, on either database. */
export const changeReader = (sql: Sql, findings: FindingReader): ChangeReader => ({
  since: async (revision, limit) => {
    const rows = await sql.all<ChangeRow>(changesSql, [revision, limit]);
    const known = new Map<number, NodeTold>();
    const other: Other[] = [];
    for (const { id, is_newest: isNewest, told, last_seen: at } of rows) {
      if (id === null || isNewest === 0 || told === null) continue;
      const read = unpackTold(told);
      if (read === null) other.push({ id, told, at });
      else known.set(id, read);
    }
    for (const [id, told] of await readAnew(sql, findings, other)) known.set(id, told);
    return rows.map(row => {
      const gone = row.id === null || row.is_newest === 0;
      return {
        ...{ revision: row.revision, uid: row.uid, name: row.name, gone, lastSeen: row.last_seen },
        current: row.is_current === 1,
        told: row.id === null ? null : (known.get(row.id) ?? null),
      };
    });
  },
  silent: async before => {
    const rows = await sql.all<{ uid: string }>('SELECT uid FROM node WHERE last_seen < ?1', [before]);
    return rows.map(row => row.uid);
  },
});
