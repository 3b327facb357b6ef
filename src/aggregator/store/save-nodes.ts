import { normalImage } from '../../model/image-ref.ts';
import { appendEvents, type NewEvent } from './events.ts';
import type { FindingMemory, NodeMemory } from './node-memory.ts';
import { storable, takeNumbers, type Bulk, type Row, type Transaction } from './sql.ts';

const bootRows: Bulk = {
  columns: { id: 'int', last_seen: 'int', reports: 'int', seen: 'text' },
  sql: `UPDATE boot SET last_seen = given.last_seen, reports = given.reports, seen = given.seen
    FROM $rows WHERE boot.id = given.id`,
};

/** Of most reports: no column that an index holds. */
const heardRows: Bulk = {
  columns: { id: 'int', last_seen: 'int', seq: 'int', wanted: 'int' },
  sql: `UPDATE node SET last_seen = given.last_seen, seq = given.seq, wanted_full_seq = given.wanted
    FROM $rows WHERE node.id = given.id`,
};
const followedRows: Bulk = {
  columns: { id: 'int', name: 'text', boot_row: 'int', agent_version: 'text', dropped: 'text' },
  sql: `UPDATE node SET name = given.name, boot_row = given.boot_row, agent_version = given.agent_version,
      dropped = given.dropped FROM $rows WHERE node.id = given.id`,
};
const newsRows: Bulk = {
  columns: { id: 'int', revision: 'int' },
  sql: 'UPDATE node SET revision = given.revision FROM $rows WHERE node.id = given.id',
};
const fullRows: Bulk = {
  columns: {
    ...{ id: 'int', boot: 'int', seq: 'int', reported_at: 'int', errors: 'int', warnings: 'int' },
    ...{ waiting: 'int', vital: 'int', causes: 'text' },
  },
  sql: `UPDATE node SET full_boot_row = given.boot, full_seq = given.seq, reported_at = given.reported_at,
      errors = given.errors, warnings = given.warnings, waiting = given.waiting, vital = given.vital,
      causes = given.causes FROM $rows WHERE node.id = given.id`,
};
const bodyRows: Bulk = {
  columns: { node_id: 'int', state: 'text', outcomes: 'text', told: 'text' },
  sql: `INSERT INTO node_body (node_id, state, outcomes, told) SELECT node_id, state, outcomes, told FROM $rows WHERE true
    ON CONFLICT (node_id) DO UPDATE SET state = excluded.state, outcomes = excluded.outcomes, told = excluded.told`,
};
const endedRows: Bulk = {
  columns: {
    ...{ node_id: 'int', registry: 'text', host: 'text', check_id: 'text', outcome: 'text', code: 'text' },
    ...{ from_at: 'int', until_at: 'int' },
  },
  sql: `INSERT INTO check_period (node_id, registry, host, check_id, outcome, code, from_at, until_at)
    SELECT node_id, registry, host, check_id, outcome, code, from_at, until_at FROM $rows WHERE true`,
};

const findingColumns: Bulk['columns'] = {
  ...{ severity: 'text', cause: 'text', registry: 'text', image: 'text', namespaces: 'text', body: 'text' },
  ...{ changed_at: 'int', closed_at: 'int' },
};
const changedFindings: Bulk = {
  columns: { id: 'int', ...findingColumns },
  sql: `UPDATE finding SET severity = given.severity, cause = given.cause, registry = given.registry,
      image = given.image, namespaces = given.namespaces, body = given.body, changed_at = given.changed_at,
      closed_at = given.closed_at FROM $rows WHERE finding.id = given.id`,
};
const newFindings: Bulk = {
  columns: { ...findingColumns, node_id: 'int', finding_id: 'text', opened_at: 'int' },
  sql: `INSERT INTO finding (severity, cause, registry, image, namespaces, body, changed_at, closed_at, node_id,
      finding_id, opened_at)
    SELECT severity, cause, registry, image, namespaces, body, changed_at, closed_at, node_id, finding_id, opened_at
    FROM $rows WHERE true`,
};

const findingRow = (node: NodeMemory, { row, head, json, ...times }: FindingMemory): Row => ({
  id: row,
  node_id: node.id,
  finding_id: head.id,
  severity: head.severity,
  cause: head.cause,
  registry: head.registry === null ? null : storable(head.registry),
  image: head.image === null ? null : storable(normalImage(head.image)),
  namespaces: storable(` ${head.namespaces.join(' ')} `),
  body: json,
  opened_at: times.openedAt,
  changed_at: times.changedAt,
  closed_at: times.closedAt,
});

/** What a stream tells of a finding: which it is and where; the rest is asked for. */
const eventsOf = (node: NodeMemory, memory: FindingMemory): NewEvent[] => {
  const { row, head, openedAt, changedAt, closedAt, isNews } = memory;
  const kinds: NewEvent['kind'][] = [];
  if (row === null) kinds.push('finding.opened');
  else if (isNews && closedAt === null) kinds.push('finding.changed');
  if (closedAt !== null) kinds.push('finding.closed');
  if (kinds.length === 0) return [];
  const { id, severity, cause, stage, registry, image, title, pods } = head;
  const where = { id, node: node.name, nodeUid: node.uid, severity, cause, stage, registry, image, title };
  const body = JSON.stringify({ ...where, pods, openedAt, closedAt });
  return kinds.map(kind => ({ kind, at: changedAt, body }));
};

const saveFull = async (tx: Transaction, nodes: NodeMemory[]): Promise<void> => {
  const full = nodes.flatMap(node => (node.changed.full ? [{ node, ...node.changed.full }] : []));
  if (full.length === 0) return;
  await tx.each(
    fullRows,
    full.map(({ node, summary }) => ({
      ...{ id: node.id, boot: node.fullBootRow, seq: node.fullSeq, reported_at: summary.reportedAt },
      ...{ errors: summary.errors, warnings: summary.warnings, waiting: summary.waiting },
      ...{ vital: Number(summary.vital), causes: JSON.stringify(summary.causes) },
    })),
  );
  await tx.each(
    bodyRows,
    full.map(({ node, kept }) => ({
      ...{ node_id: node.id, state: kept, outcomes: node.storedOutcomes, told: node.storedTold },
    })),
  );
  const ended = full.flatMap(({ node }) =>
    node.changed.ended.map(({ check, from, until, ...rest }) => ({
      ...{ ...rest, node_id: node.id, check_id: check, from_at: from, until_at: until },
    })),
  );
  if (ended.length > 0) await tx.each(endedRows, ended);
  const findings = full.flatMap(({ node }) => [...node.changed.findings].map(one => findingRow(node, one)));
  const [known, fresh] = [findings.filter(row => row['id'] !== null), findings.filter(row => row['id'] === null)];
  // What closes goes first: of an id only one may be open.
  if (known.length > 0) await tx.each(changedFindings, known);
  if (fresh.length > 0) await tx.each(newFindings, fresh);
};

/** Writes what a batch of reports changed; wakes who waits where it is anything that others judge by. */
export const saveNodes = async (tx: Transaction, nodes: NodeMemory[]): Promise<void> => {
  const heard = nodes.filter(node => node.changed.isHeard);
  if (heard.length === 0) return;
  const boots = heard.flatMap(node => [...node.boots.values()].filter(boot => boot.isTouched));
  await tx.each(
    bootRows,
    boots.map(({ id, lastSeen, reports, seen }) => ({ id, last_seen: lastSeen, reports, seen })),
  );
  await tx.each(
    heardRows,
    heard.map(({ id, lastSeen, seq, wantedFullSeq }) => ({ id, last_seen: lastSeen, seq, wanted: wantedFullSeq })),
  );
  const followed = heard.filter(node => node.changed.isFollowed);
  if (followed.length > 0)
    await tx.each(
      followedRows,
      followed.map(({ id, name, bootRow, agentVersion, dropped }) => ({
        ...{ id, name, boot_row: bootRow, agent_version: storable(agentVersion), dropped },
      })),
    );
  await saveFull(tx, heard);
  const news = heard.filter(node => node.changed.isNews);
  if (news.length === 0) return;
  const events = news.flatMap(node => [...node.changed.findings].flatMap(one => eventsOf(node, one)));
  const first = await takeNumbers(tx, news.length + events.length);
  await tx.each(
    newsRows,
    news.map(({ id }, index) => ({ id, revision: first + index })),
  );
  await appendEvents(tx, events, first + news.length);
  await tx.announce();
};
