import type { Reachability } from '../wire/api.ts';
import type { View } from './ask-options.ts';
import { span, wrap } from './output.ts';
import { tableLines, type Column } from './table.ts';

type Row = Reachability['hosts'][number];
type Stage = Row['stages'][number];

const marks = { pass: 'ok', fail: 'FAIL', skip: '–', unknown: '·' } as const;
const meanings = { pass: 'good', fail: 'bad', skip: 'dim', unknown: 'dim' } as const;

/** A stage in a few letters, so that a line fits beside the names. */
export const stageMark: Record<Stage['stage'], string> = {
  ...{ config: 'CFG', dns: 'DNS', proxy: 'PRX', tcp: 'TCP', tls: 'TLS', auth: 'AUTH', registry: 'REG' },
  ...{ manifest: 'MAN', blob: 'BLOB' },
};

const legend = 'ok passed, FAIL failed, – left out (mostly after a failure), · not tested or not on this path';

const nameOf = ({ registry, host, role }: Row): string =>
  role === 'mirror' ? `${registry} by mirror ${host}` : registry === host ? host : `${registry} at ${host}`;

const msText = (ms: number): string => (ms >= 1000 ? `${(ms / 1000).toFixed(1)}s` : `${Math.round(ms)}ms`);

const cellOf = ({ outcome, ms }: Stage, wide: boolean): string =>
  wide && ms !== null && (outcome === 'pass' || outcome === 'fail')
    ? `${marks[outcome]} ${msText(ms)}`
    : marks[outcome];

const ageOf = ({ stages }: Row, now: number): string => {
  const times = stages.flatMap(({ when }) => (when === null ? [] : [when]));
  return times.length === 0 ? '' : span(now - Math.max(...times));
};

const codesOf = ({ stages }: Row): string =>
  [...new Set(stages.flatMap(({ outcome, code }) => (outcome === 'fail' && code !== null ? [code] : [])))].join(', ');

/** The path to each registry host of a node, a line each, stage by stage; no line where the node has walked none. */
export const reachLines = (
  { hosts, status }: Pick<Reachability, 'hosts' | 'status'>,
  { now, wide, paint, width }: View,
): string[] => {
  if (hosts.length === 0) return [];
  const stages = hosts[0]?.stages.map(({ stage }) => stage) ?? [];
  const columns: Column[] = [
    { heading: 'PATH TO', flexible: true },
    ...stages.map(stage => ({ heading: stageMark[stage], flexible: false })),
    { heading: 'AGE', flexible: false },
    { heading: 'WHY', flexible: true, prose: true },
  ];
  const rows = hosts.map(row => [
    nameOf(row),
    ...row.stages.map(stage => cellOf(stage, wide)),
    ageOf(row, now),
    codesOf(row),
  ]);
  const paintCell = (text: string, row: number, column: number): string => {
    const stage = hosts[row]?.stages[column - 1];
    return stage === undefined ? text : paint(text, meanings[stage.outcome]);
  };
  const old = status === 'stale' ? ['This is what the node said last, not what is.'] : [];
  return [
    ...tableLines(columns, rows, { wide, width, paintCell }),
    ...[legend, ...old].flatMap(text => wrap(text, width)).map(line => paint(line, 'dim')),
  ];
};
