import type { Page } from '../../wire/api.ts';
import { listed, unpackOutcomes } from './outcomes.ts';
import type { CheckHistoryQuery, CheckPeriod } from './records.ts';
import type { Param, Sql } from './sql.ts';

type PeriodRow = Omit<CheckPeriod, 'check' | 'from' | 'until'> & {
  id: number;
  check_id: string;
  from_at: number;
  until_at: number;
};

const nodeId = `coalesce((SELECT id FROM node WHERE uid = ?1), (SELECT max(id) FROM node WHERE name = ?1))`;

const lastingOf = async (sql: Sql, { node, registry }: CheckHistoryQuery): Promise<CheckPeriod[]> => {
  const [row] = await sql.all<{ outcomes: string }>(`SELECT outcomes FROM node_body WHERE node_id = ${nodeId}`, [node]);
  return listed(unpackOutcomes(row?.outcomes ?? '[]'))
    .filter(one => registry === null || one.registry === registry)
    .map(one => ({ ...one, until: null }))
    .sort((a, b) => b.from - a.from);
};

/** A node's outcomes: on the first page those that last, then those that ended, the newest first. */
export const checkHistory = async (sql: Sql, query: CheckHistoryQuery): Promise<Page<CheckPeriod>> => {
  const conditions = [`node_id = ${nodeId}`];
  const params: Param[] = [query.node, query.limit + 1];
  const add = (value: Param, condition: string): void => {
    if (value === null) return;
    params.push(value);
    conditions.push(`${condition} ?${params.length}`);
  };
  add(query.registry, 'registry =');
  add(query.since, 'until_at >=');
  add(query.before, 'id <');
  const rows = await sql.all<PeriodRow>(
    `SELECT id, registry, host, check_id, outcome, code, from_at, until_at FROM check_period
     WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?2`,
    params,
  );
  const shown = rows.slice(0, query.limit);
  const ended = shown.map(({ registry, host, check_id: check, outcome, code, from_at: from, until_at: until }) => ({
    ...{ registry, host, check, outcome, code, from, until },
  }));
  const lasting = query.before === null ? await lastingOf(sql, query) : [];
  return { items: [...lasting, ...ended], next: rows.length > query.limit ? String(shown.at(-1)?.id) : null };
};
