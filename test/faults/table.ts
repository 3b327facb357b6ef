import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../house/source-tree.ts';
import type { Judged } from './judge.ts';
import { stillWaiting } from './node.ts';

const page = join(root, 'docs/lab.md');
const [begin, end] = ['<!-- faults: written by npm run score:faults -->', '<!-- /faults -->'];

/** How many faults there are, where `check` finds an error exactly if containerd fails, and where the cause is right too. */
export type Score = { faults: number; agree: number; right: number };

/** Counts. */
export const scoreOf = (judged: readonly Judged[]): Score => ({
  faults: judged.length,
  agree: judged.filter(({ agrees }) => agrees).length,
  right: judged.filter(({ right }) => right).length,
});

const containerdDid = ({ error, fault }: Judged): string => {
  if (fault.kubeletSays !== undefined) return 'not asked';
  if (error === null) return 'pulls';
  return error === stillWaiting ? 'waits for ever' : 'fails';
};

const textSays = ({ error, textCause }: Judged): string => {
  if (error === null || error === stillWaiting) return '';
  return `\`${textCause ?? 'other'}\``;
};

const checkSays = ({ errors, warnings, fault }: Judged): string => {
  const told = errors.map(cause => `\`${cause}\``);
  const warned = [...new Set(warnings)].map(cause => `warns: \`${cause}\``);
  const how = fault.kubeletSays !== undefined ? ' (text alone)' : fault.pulling === true ? ' (with `--pull`)' : '';
  return ([...told, ...warned].join(', ') || 'nothing is broken') + how;
};

const verdict = ({ right, exact, complaint, fault }: Judged): string => {
  if (right) return exact ? 'yes' : 'yes, as far as can be told';
  return `**no**: ${complaint ?? 'they disagree'}${fault.beyond === undefined ? '' : ` (${fault.beyond})`}`;
};

const row = (cells: readonly string[]): string => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const section = (judged: readonly Judged[], containerd: string): string => {
  const { faults, agree, right } = scoreOf(judged);
  const byText = judged.filter(({ error, textCause, fault }) => error !== null && textCause === fault.errors[0]?.[0]);
  const failing = judged.filter(({ error }) => error !== null);
  const head = ['fault', 'what is really so', 'containerd', 'its text alone', '`check`', 'right'];
  return [
    begin,
    `**${faults} faults with containerd ${containerd}: \`check\` agrees with containerd in ${agree}, and is right in ${right}.**`,
    `Of the ${failing.length} pulls that fail, the error's text alone names the exact cause of ${byText.length}.`,
    [
      row(head),
      row(head.map(() => '---')),
      ...judged.map(one =>
        row([one.fault.name, one.fault.truth, containerdDid(one), textSays(one), checkSays(one), verdict(one)]),
      ),
    ].join('\n'),
    end,
  ].join('\n\n');
};

/** The score and the names that docs/lab.md has: the floor that may only rise. */
export const recorded = (): Score & { names: string[] } => {
  const text = readFileSync(page, 'utf8');
  const inside = text.slice(text.indexOf(begin), text.indexOf(end));
  const [, faults, agree, right] = /\*\*(\d+) faults .*? in (\d+), and is right in (\d+)\.\*\*/.exec(inside) ?? [];
  const names = [...inside.matchAll(/^\| (\w[\w-]*) +\|/gm)]
    .map(([, name = '']) => name)
    .filter(name => name !== 'fault');
  return { faults: Number(faults ?? 0), agree: Number(agree ?? 0), right: Number(right ?? 0), names };
};

/** Writes the section of docs/lab.md anew. */
export const record = async (judged: readonly Judged[], containerd: string): Promise<void> => {
  const text = readFileSync(page, 'utf8');
  const at = text.indexOf(begin);
  if (at < 0) throw new Error(`docs/lab.md has no line ${begin}`);
  const whole = text.slice(0, at) + section(judged, containerd) + text.slice(text.indexOf(end) + end.length);
  writeFileSync(page, await format(whole, { ...(await resolveConfig(page)), parser: 'markdown' }));
};
