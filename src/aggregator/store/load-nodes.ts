import { headOf, type Digest } from './digest.ts';
import { unchanged, type BootMemory, type FindingMemory, type NodeMemory } from './node-memory.ts';
import { unpackOutcomes } from './outcomes.ts';
import { takeNumbers, type Bulk, type Transaction } from './sql.ts';
import { storedFinding } from './damaged.ts';

type NodeRow = {
  id: number;
  uid: string;
  name: string;
  boot_row: number | null;
  seq: number;
  wanted_full_seq: number | null;
  full_boot_row: number | null;
  full_seq: number | null;
  agent_version: string;
  dropped: string;
  last_seen: number;
};

// In the order of their uids, so that two replicas never wait for each other's rows.
const findNodes: Bulk = {
  columns: { uid: 'text' },
  sql: `SELECT node.id, node.uid, node.name, node.boot_row, node.seq, node.wanted_full_seq, node.full_boot_row,
      node.full_seq, node.agent_version, node.dropped, node.last_seen
    FROM $rows JOIN node ON node.uid = given.uid ORDER BY node.uid $lock`,
};

const insertNodes: Bulk = {
  columns: { uid: 'text', name: 'text', now: 'int' },
  sql: `INSERT INTO node (uid, name, first_seen, last_seen, seq, agent_version, dropped)
    SELECT uid, name, now, now, -1, '', '{}' FROM $rows WHERE true ON CONFLICT (uid) DO NOTHING`,
};

/** Of nodes that came just now: every other node of the name is a machine that is gone. */
const closeReplaced: Bulk = {
  columns: { uid: 'text', name: 'text', now: 'int' },
  sql: `UPDATE finding SET closed_at = given.now, changed_at = given.now
    FROM $rows JOIN node ON node.name = given.name AND node.uid <> given.uid
    WHERE finding.node_id = node.id AND finding.closed_at IS NULL`,
};
const emptyReplaced: Bulk = {
  columns: { uid: 'text', name: 'text', revision: 'int' },
  sql: `UPDATE node SET errors = 0, warnings = 0, waiting = 0, causes = '[]', full_seq = NULL, revision = given.revision
    FROM $rows WHERE node.name = given.name AND node.uid <> given.uid RETURNING node.uid`,
};

const insertBoots: Bulk = {
  columns: { node_id: 'int', boot: 'text', now: 'int' },
  sql: `INSERT INTO boot (node_id, boot, first_seen, last_seen, reports, seen)
    SELECT node_id, boot, now, now, 0, '' FROM $rows WHERE true ON CONFLICT (node_id, boot) DO NOTHING`,
};
const findBoots: Bulk = {
  columns: { node_id: 'int', boot: 'text', current: 'int' },
  sql: `SELECT boot.id, boot.node_id, boot.boot, boot.last_seen, boot.reports, boot.seen FROM $rows
    JOIN boot ON boot.node_id = given.node_id AND (boot.boot = given.boot OR boot.id = given.current)`,
};

const findBodies: Bulk = {
  columns: { node_id: 'int' },
  sql: 'SELECT node_id, outcomes, told FROM $rows JOIN node_body USING (node_id)',
};
const findOpen: Bulk = {
  columns: { node_id: 'int' },
  sql: `SELECT finding.id, finding.node_id, finding.finding_id, finding.body, finding.opened_at, finding.changed_at
    FROM $rows JOIN finding ON finding.node_id = given.node_id WHERE finding.closed_at IS NULL`,
};

const memoryOf = (row: NodeRow): NodeMemory => ({
  ...{ id: row.id, uid: row.uid, name: row.name, bootRow: row.boot_row, seq: row.seq, lastSeen: row.last_seen },
  ...{ wantedFullSeq: row.wanted_full_seq, fullBootRow: row.full_boot_row, fullSeq: row.full_seq },
  ...{ agentVersion: row.agent_version, dropped: row.dropped },
  ...{ boots: new Map<string, BootMemory>(), open: new Map<string, FindingMemory>(), outcomes: new Map() },
  ...{ storedOutcomes: '', storedTold: '' },
  changed: unchanged(),
});

/** Adds the nodes that no report came from before; others of their names are gone with that. */
const addNodes = async (tx: Transaction, names: Map<string, string>, now: number): Promise<void> => {
  await tx.exclusive('new nodes');
  const rows = [...names].map(([uid, name]) => ({ uid, name, now }));
  await tx.each(insertNodes, rows);
  await tx.each(closeReplaced, rows);
  const revision = await takeNumbers(tx, 1);
  // Two new nodes of one name replace each other, so a name is taken once.
  const byName = new Map(rows.map(row => [row.name, { ...row, revision }]));
  await tx.each(emptyReplaced, [...byName.values()]);
};

const loadBoots = async (
  tx: Transaction,
  nodes: Map<string, NodeMemory>,
  digests: readonly Digest[],
): Promise<void> => {
  const byId = new Map([...nodes.values()].map(node => [node.id, node]));
  const wanted = digests.flatMap(({ node, at }) => {
    const held = nodes.get(node.uid);
    return held ? [{ node_id: held.id, boot: node.bootId, current: held.bootRow, now: at }] : [];
  });
  const once = [...new Map(wanted.map(row => [`${row.node_id} ${row.boot}`, row])).values()];
  type BootRow = { id: number; node_id: number; boot: string; last_seen: number; reports: number; seen: string };
  const read = async (): Promise<void> => {
    for (const row of await tx.each<BootRow>(findBoots, once))
      byId.get(row.node_id)?.boots.set(row.boot, {
        ...{ id: row.id, lastSeen: row.last_seen, reports: row.reports, seen: row.seen, isTouched: false },
      });
  };
  await read();
  const fresh = once.filter(row => byId.get(row.node_id)?.boots.has(row.boot) === false);
  if (fresh.length === 0) return;
  await tx.each(insertBoots, fresh);
  await read();
};

/** What full reports are compared with. */
const loadStates = async (tx: Transaction, nodes: NodeMemory[]): Promise<void> => {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const wanted = nodes.map(node => ({ node_id: node.id }));
  type BodyRow = { node_id: number; outcomes: string; told: string };
  for (const row of await tx.each<BodyRow>(findBodies, wanted)) {
    const node = byId.get(row.node_id);
    if (!node) continue;
    node.outcomes = unpackOutcomes(row.outcomes);
    node.storedOutcomes = row.outcomes;
    node.storedTold = row.told;
  }
  type OpenRow = Record<'id' | 'node_id' | 'opened_at' | 'changed_at', number> & { finding_id: string; body: string };
  for (const row of await tx.each<OpenRow>(findOpen, wanted))
    byId.get(row.node_id)?.open.set(row.finding_id, {
      head: headOf(storedFinding(row.finding_id, row.body)),
      ...{ row: row.id, json: row.body, isNews: false },
      ...{ openedAt: row.opened_at, changedAt: row.changed_at, closedAt: null },
    });
};

/** Reads what reports are taken into, by uid, and keeps other writers from it; nodes and boots that are new are made. */
export const loadNodes = async (tx: Transaction, digests: readonly Digest[]): Promise<Map<string, NodeMemory>> => {
  const names = new Map(digests.map(({ node }) => [node.uid, node.name]));
  const nodes = new Map<string, NodeMemory>();
  const read = async (uids: string[]): Promise<void> => {
    const wanted = uids.toSorted().map(uid => ({ uid }));
    for (const row of await tx.each<NodeRow>(findNodes, wanted)) nodes.set(row.uid, memoryOf(row));
  };
  await read([...names.keys()]);
  const fresh = new Map([...names].filter(([uid]) => !nodes.has(uid)));
  if (fresh.size > 0) {
    await addNodes(tx, fresh, digests[0]?.at ?? 0);
    await read([...names.keys()]);
  }
  await loadBoots(tx, nodes, digests);
  const full = new Set(digests.flatMap(({ full: told, node }) => (told === null ? [] : [node.uid])));
  if (full.size > 0)
    await loadStates(
      tx,
      [...nodes.values()].filter(node => full.has(node.uid)),
    );
  return nodes;
};
