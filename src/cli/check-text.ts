import type { Check } from '../model/check.ts';
import type { HostWalk, Walk, WalkFinding } from '../model/walk.ts';
import { block, fixLines, readsAs } from './answer-lines.ts';
import { cutShort, oneLine, wrap, type Page } from './output.ts';

const idWidth = 19;
const msWidth = 8;
const marks = { pass: 'ok', fail: 'FAIL', skip: '–' } as const;
const meanings = { pass: 'good', fail: 'bad', skip: 'dim' } as const;

const msText = ({ ms, outcome }: Check): string => {
  if (outcome === 'skip' && ms === 0) return '';
  return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
};

const checkLine = (check: Check, { paint, width, wide }: CheckView): string => {
  const { id, outcome, code } = check;
  const start = `  ${id.padEnd(idWidth)} ${marks[outcome].padEnd(4)} ${msText(check).padStart(msWidth)}  `;
  const said = outcome === 'fail' && code !== null ? `${code}: ${check.detail}` : check.detail;
  const detail = wide ? oneLine(said) : cutShort(oneLine(said), width - start.length);
  const painted = start.replace(marks[outcome], paint(marks[outcome], meanings[outcome]));
  return `${painted}${outcome === 'skip' ? paint(detail, 'dim') : detail}`.trimEnd();
};

/** Steps that only wait for a failed one are one line: their cause is the line that failed. */
const checkLines = (checks: readonly Check[], view: CheckView): string[] => {
  const waiting = checks.filter(check => check.waitsFor !== undefined);
  const shown = view.wide ? checks : checks.filter(check => check.waitsFor === undefined);
  const lines = shown.map(check => checkLine(check, view));
  if (view.wide || waiting.length === 0) return lines;
  const blockers = [...new Set(waiting.map(check => check.waitsFor))].join(', ');
  const text = `  ${waiting.length} more step${waiting.length === 1 ? '' : 's'} not tried: waiting for ${blockers}`;
  return [...lines, view.paint(text, 'dim')];
};

const hostLines = (host: HostWalk, number: number, view: CheckView): string[] => {
  const head = `${number}. ${oneLine(host.url)}`;
  const from = host.source === 'default' ? 'containerd’s own default' : oneLine(host.source);
  const role = `${host.role}, from ${from}`;
  const fits = head.length + 2 + role.length <= view.width;
  const painted = view.paint(head, 'strong');
  return [
    ...(fits ? [`${painted}  ${role}`] : [painted, ...wrap(role, view.width - 3).map(line => `   ${line}`)]),
    ...checkLines(host.checks, view),
    '',
  ];
};

/** On a sound node its own checks are one line. */
const nodeLines = (checks: readonly Check[], view: CheckView): string[] => {
  const shown = view.wide ? checks : checks.filter(check => check.outcome !== 'pass');
  const sound = checks.length - shown.length;
  const rest =
    sound === 0 ? [] : [view.paint(`  ${sound} check${sound === 1 ? '' : 's'} of the node itself passed`, 'dim')];
  return [view.paint('This node', 'strong'), ...shown.map(check => checkLine(check, view)), ...rest, ''];
};

const findingLines = (finding: WalkFinding, page: Page): string[] => {
  const { paint, width } = page;
  const { cause, severity, also, title, message, host, fix, textCause } = finding;
  const word = severity === 'error' ? 'BROKEN' : 'WARNING';
  const head = `${paint(word, severity === 'error' ? 'bad' : 'poor')}  ${paint(cause, 'strong')}${host === null ? '' : `  at ${oneLine(host)}`}`;
  return [
    head,
    ...wrap(title, width - 2).map(line => `  ${line}`),
    ...block('saw', message, page, '  '),
    ...(textCause === undefined || textCause === cause ? [] : block('text', readsAs(textCause), page, '  ')),
    ...(also.length === 0 ? [] : block('also', also.join(', '), page, '  ')),
    ...fixLines(fix, page, '  '),
    '',
  ];
};

const pullLines = ({ pull }: Walk, view: CheckView): string[] => {
  if (pull === undefined) return [];
  const said = pull.outcome === 'pulled' ? 'pulled' : `${pull.outcome}: ${pull.message ?? ''}`;
  const paint = view.paint(pull.outcome === 'pulled' ? 'ok' : 'FAIL', pull.outcome === 'pulled' ? 'good' : 'bad');
  return [
    view.paint('The pull itself, over CRI', 'strong'),
    ...wrap(said, view.width - 8).map((line, at) => (at === 0 ? `  ${paint}  ${line}` : `        ${line}`)),
    '',
  ];
};

/** How a walk is shown: all in full, or what a person needs first. */
export type CheckView = Page & { wide: boolean };

/** What kept a walk from being made to its end; null where nothing did. */
const untestedText = (hosts: Walk['hosts']): string | null => {
  if (hosts.length === 0) return 'not tested: no host could be asked';
  const cut = hosts.some(host => host.checks.some(({ code }) => code === 'cancelled'));
  return cut ? 'not all could be tested in time' : null;
};

const soundText = (findings: Walk['findings']): string =>
  findings.length > 0 ? 'works, with warnings' : 'nothing is broken';

/** A walk for a terminal: each host in containerd's order with its steps, the node, then what is broken and what to do. */
export const checkText = (walk: Walk, view: CheckView): string => {
  const { hosts, checks, findings, ms } = walk;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const verdict = errors > 0 ? `${errors} broken` : (untestedText(hosts) ?? soundText(findings));
  const took = `${(ms / 1000).toFixed(1)} s`;
  return [
    `${view.paint(oneLine(walk.target), 'strong')}: ${verdict} (${took})`,
    '',
    ...hosts.flatMap((host, index) => hostLines(host, index + 1, view)),
    ...nodeLines(checks, view),
    ...pullLines(walk, view),
    ...findings.flatMap(finding => findingLines(finding, view)),
  ].join('\n');
};
