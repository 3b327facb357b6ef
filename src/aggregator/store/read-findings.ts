import { normalImage } from '../../model/image-ref.ts';
import type { FindingItem, Page } from '../../wire/api.ts';
import { storable, type Bulk, type Param, type Sql } from './sql.ts';
import { storedFinding } from './damaged.ts';

/** Which findings to list; null does not filter. Newest opened first, after `before` (a row number). */
export type FindingQuery = {
  /** Name or uid; a name means the newest machine that has it. */
  node: string | null;
  registry: string | null;
  cause: string | null;
  image: string | null;
  namespace: string | null;
  state: 'open' | 'closed' | 'all';
  /** Opened, changed or closed at this time or later, epoch milliseconds. */
  since: number | null;
  before: number | null;
  limit: number;
};

type FindingRow = {
  id: number;
  finding_id: string;
  node_id: number;
  node_name: string;
  uid: string;
  opened_at: number;
  changed_at: number;
  closed_at: number | null;
  body: string;
};

const columns = `
  SELECT finding.id, finding.finding_id, finding.node_id, node.name AS node_name, node.uid, finding.opened_at, finding.changed_at, finding.closed_at,
    finding.body
  FROM finding JOIN node ON node.id = finding.node_id`;

const itemOf = (row: FindingRow): FindingItem => ({
  ...storedFinding(row.finding_id, row.body),
  node: row.node_name,
  nodeUid: row.uid,
  state: row.closed_at === null ? 'open' : 'closed',
  openedAt: row.opened_at,
  changedAt: row.changed_at,
  closedAt: row.closed_at,
});

const stateClauses = { open: 'finding.closed_at IS NULL', closed: 'finding.closed_at IS NOT NULL', all: null };

/** The conditions of a query; their values follow those that are there. */
const filterOf = (query: FindingQuery, params: Param[]): string => {
  const conditions: string[] = [];
  const add = (value: Param, condition: (at: string) => string): void => {
    if (value === null) return;
    params.push(typeof value === 'string' ? storable(value) : value);
    conditions.push(condition(`?${params.length}`));
  };
  const state = stateClauses[query.state];
  if (state !== null) conditions.push(state);
  const { image, namespace } = query;
  add(
    query.node,
    at =>
      `finding.node_id = coalesce((SELECT id FROM node WHERE uid = ${at}), (SELECT max(id) FROM node WHERE name = ${at}))`,
  );
  add(query.registry, at => `finding.registry = ${at}`);
  add(query.cause, at => `finding.cause = ${at}`);
  add(image === null ? null : normalImage(image), at => `finding.image = ${at}`);
  // A search that both databases have: without the text it is another.
  add(
    namespace === null ? null : ` ${namespace} `,
    at => `replace(finding.namespaces, ${at}, '') <> finding.namespaces`,
  );
  add(query.since, at => `finding.changed_at >= ${at}`);
  add(query.before, at => `finding.id < ${at}`);
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
};

/** Questions about findings. */
export type FindingReader = {
  list: (query: FindingQuery) => Promise<Page<FindingItem>>;
  /** The newest finding of that id. */
  byId: (id: string) => Promise<FindingItem | null>;
  /** The newest of each id. */
  byIds: (ids: readonly string[]) => Promise<FindingItem[]>;
  /** The open ones of each node, by the rows of nodes. */
  openOfEach: (nodeIds: number[]) => Promise<Map<number, FindingItem[]>>;
};

const findOpen: Bulk = {
  columns: { wanted: 'int' },
  sql: `${columns} JOIN $rows ON finding.node_id = given.wanted WHERE finding.closed_at IS NULL ORDER BY finding.id`,
};

const findByIds: Bulk = {
  columns: { wanted: 'text' },
  sql: `${columns} JOIN $rows ON finding.finding_id = given.wanted
    WHERE finding.id = (SELECT max(id) FROM finding AS newest WHERE newest.finding_id = finding.finding_id)`,
};

/** The questions, on either database. */
export const findingReader = (sql: Sql): FindingReader => ({
  list: async query => {
    const params: Param[] = [query.limit + 1];
    const where = filterOf(query, params);
    const rows = await sql.all<FindingRow>(`${columns} ${where} ORDER BY finding.id DESC LIMIT ?1`, params);
    const shown = rows.slice(0, query.limit);
    return { items: shown.map(itemOf), next: rows.length > query.limit ? String(shown.at(-1)?.id) : null };
  },
  byId: async id => {
    const byIdSql = `${columns} WHERE finding.finding_id = ?1 ORDER BY finding.id DESC LIMIT 1`;
    const [row] = await sql.all<FindingRow>(byIdSql, [storable(id)]);
    return row ? itemOf(row) : null;
  },
  byIds: async ids => {
    const wanted = [...new Set(ids)].map(id => ({ wanted: storable(id) }));
    if (wanted.length === 0) return [];
    const found = new Map((await sql.each<FindingRow>(findByIds, wanted)).map(row => [itemOf(row).id, itemOf(row)]));
    return wanted.flatMap(({ wanted: id }) => found.get(id) ?? []);
  },
  openOfEach: async nodeIds => {
    const open = new Map<number, FindingItem[]>();
    const wanted = nodeIds.map(id => ({ wanted: id }));
    for (const row of await sql.each<FindingRow>(findOpen, wanted)) {
      const ofNode = open.get(row.node_id) ?? [];
      ofNode.push(itemOf(row));
      open.set(row.node_id, ofNode);
    }
    return open;
  },
});
