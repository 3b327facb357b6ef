import { normalImage } from '../../model/image-ref.ts';
import type { Finding } from '../../model/finding.ts';
import type { Database } from './open.ts';

type OpenRow = { id: number; finding_id: string; body: string };

const columnsOf = (finding: Finding): (string | null)[] => [
  finding.severity,
  finding.cause,
  finding.registry,
  finding.image === null ? null : normalImage(finding.image),
  ` ${[...new Set(finding.pods.map(pod => pod.namespace))].join(' ')} `,
  JSON.stringify(finding),
];

/** Writes a node's findings: opens, changes and closes so that the open ones are those of its newest report. */
export type FindingWriter = {
  replace: (nodeId: number, findings: Finding[], now: number) => void;
  /** Closes all of every other node that had this name: that machine is gone. */
  closeReplaced: (name: string, nodeId: number, now: number) => void;
};

/** Prepares the statements; the caller holds the transaction. */
export const findingWriter = (db: Database): FindingWriter => {
  const open = db.prepare('SELECT id, finding_id, body FROM finding WHERE node_id = ? AND closed_at IS NULL');
  const insert = db.prepare(
    `INSERT INTO finding (severity, cause, registry, image, namespaces, body, node_id, finding_id, opened_at, changed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    `UPDATE finding SET severity = ?, cause = ?, registry = ?, image = ?, namespaces = ?, body = ?, changed_at = ?
     WHERE id = ?`,
  );
  const close = db.prepare('UPDATE finding SET closed_at = ?, changed_at = ? WHERE id = ?');
  const closeOthers = db.prepare(
    `UPDATE finding SET closed_at = ?, changed_at = ? WHERE closed_at IS NULL
       AND node_id IN (SELECT id FROM node WHERE name = ? AND id <> ?)`,
  );
  const zeroOthers = db.prepare(
    `UPDATE node SET errors = 0, warnings = 0, waiting = 0, causes = '[]', full_seq = NULL WHERE name = ? AND id <> ?`,
  );
  const replace = (nodeId: number, findings: Finding[], now: number): void => {
    const gone = new Map((open.all(nodeId) as OpenRow[]).map(row => [row.finding_id, row]));
    for (const finding of new Map(findings.map(one => [one.id, one])).values()) {
      const row = gone.get(finding.id);
      gone.delete(finding.id);
      const columns = columnsOf(finding);
      if (!row) insert.run(...columns, nodeId, finding.id, now, now);
      else if (row.body !== columns.at(-1)) update.run(...columns, now, row.id);
    }
    for (const row of gone.values()) close.run(now, now, row.id);
  };
  return {
    replace,
    closeReplaced: (name, nodeId, now) => {
      closeOthers.run(now, now, name, nodeId);
      zeroOthers.run(name, nodeId);
    },
  };
};
