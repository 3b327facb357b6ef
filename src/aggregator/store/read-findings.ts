import type { Finding } from '../../model/finding.ts';
import { normalImage } from '../../model/image-ref.ts';
import type { FindingItem, Page } from '../../wire/api.ts';
import type { Database } from './open.ts';

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
  node_name: string;
  uid: string;
  opened_at: number;
  changed_at: number;
  closed_at: number | null;
  body: string;
};

const columns = `
  SELECT finding.id, node.name AS node_name, node.uid, finding.opened_at, finding.changed_at, finding.closed_at,
    finding.body
  FROM finding JOIN node ON node.id = finding.node_id`;

const itemOf = (row: FindingRow): FindingItem => ({
  ...(JSON.parse(row.body) as Finding),
  node: row.node_name,
  nodeUid: row.uid,
  state: row.closed_at === null ? 'open' : 'closed',
  openedAt: row.opened_at,
  changedAt: row.changed_at,
  closedAt: row.closed_at,
});

const nodeClause = `finding.node_id = coalesce(
  (SELECT id FROM node WHERE uid = @node), (SELECT max(id) FROM node WHERE name = @node))`;

const stateClauses = { open: 'finding.closed_at IS NULL', closed: 'finding.closed_at IS NOT NULL', all: null };

/** The conditions of a query and their values by name. */
const filterOf = (query: FindingQuery): { where: string; values: Record<string, string | number> } => {
  const conditions: string[] = [];
  const values: Record<string, string | number> = {};
  const add = (name: string, value: string | number | null, condition: string): void => {
    if (value === null) return;
    conditions.push(condition);
    values[name] = value;
  };
  const state = stateClauses[query.state];
  if (state !== null) conditions.push(state);
  add('node', query.node, nodeClause);
  add('registry', query.registry, 'finding.registry = @registry');
  add('cause', query.cause, 'finding.cause = @cause');
  add('image', query.image === null ? null : normalImage(query.image), 'finding.image = @image');
  add('namespace', query.namespace === null ? null : ` ${query.namespace} `, 'instr(finding.namespaces, @namespace)');
  add('since', query.since, 'finding.changed_at >= @since');
  add('before', query.before, 'finding.id < @before');
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values };
};

/** How many findings are open for a cause at a registry. */
export type FindingCount = { cause: string; registry: string | null; count: number };

/** Questions about findings. */
export type FindingReader = {
  list: (query: FindingQuery) => Page<FindingItem>;
  /** The newest finding of that id. */
  byId: (id: string) => FindingItem | null;
  openOf: (nodeId: number) => FindingItem[];
  openCounts: () => FindingCount[];
};

/** Prepares the questions; a list's statement is prepared once for each set of filters. */
export const findingReader = (db: Database): FindingReader => {
  const lists = new Map<string, ReturnType<Database['prepare']>>();
  const byId = db.prepare(`${columns} WHERE finding.finding_id = ? ORDER BY finding.id DESC LIMIT 1`);
  const openOf = db.prepare(`${columns} WHERE finding.node_id = ? AND finding.closed_at IS NULL ORDER BY finding.id`);
  const openCounts = db.prepare(
    'SELECT cause, registry, count(*) AS count FROM finding WHERE closed_at IS NULL GROUP BY cause, registry',
  );
  return {
    list: query => {
      const { where, values } = filterOf(query);
      const statement = lists.get(where) ?? db.prepare(`${columns} ${where} ORDER BY finding.id DESC LIMIT @limit`);
      lists.set(where, statement);
      const rows = statement.all({ ...values, limit: query.limit + 1 }) as FindingRow[];
      const shown = rows.slice(0, query.limit);
      return { items: shown.map(itemOf), next: rows.length > query.limit ? String(shown.at(-1)?.id) : null };
    },
    byId: id => {
      const row = byId.get(id) as FindingRow | undefined;
      return row ? itemOf(row) : null;
    },
    openOf: nodeId => (openOf.all(nodeId) as FindingRow[]).map(itemOf),
    openCounts: () => openCounts.all() as FindingCount[],
  };
};
