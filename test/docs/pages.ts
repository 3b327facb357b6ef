import { format } from 'prettier';
import { commandTable } from '../../src/commands.ts';
import type { Command } from '../../src/lib/command.ts';
import { variableOf } from '../../src/lib/options.ts';
import { errorCodes } from '../../src/model/codes.ts';
import { causesPage } from './causes-page.ts';

/** A page of docs/ that is written from the source. */
export type Page = { path: string; text: string };

const row = (cells: string[]): string => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const table = (head: string[], rows: string[][]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

const commandSection = (command: Command): string => {
  const rows = Object.values(command.options).map(option => [
    `\`--${option.flag}${option.placeholder === null ? '' : ` ${option.placeholder}`}\``,
    `\`${variableOf(option.flag)}\`${option.alsoEnv === undefined ? '' : `, then \`${option.alsoEnv}\``}`,
    option.defaultText === null ? '' : `\`${option.defaultText}\``,
    `${option.help}${option.repeatable ? ' (may be given several times; commas in the variable)' : ''}`,
  ]);
  const usage = `pullpath ${command.name}${command.args === '' ? '' : ` ${command.args}`}`;
  return [`## \`${usage}\``, command.summary, table(['flag', 'variable', 'default', 'what it does'], rows)].join(
    '\n\n',
  );
};

const optionsPage = async (): Promise<string> => {
  const commands = await Promise.all(commandTable.map(entry => entry.load()));
  return [
    '# Options',
    'Written by `npm run docs` from the option tables in the source.',
    'A flag beats the variable, the variable beats the YAML file given by `--config FILE` (or `PULLPATH_CONFIG`), the file beats the default. In the file an option is written without its dashes: `retry: confirm`. A wrong value stops the program at start and names the option.',
    ...commands.map(commandSection),
  ].join('\n\n');
};

const errorsPage = (): string =>
  [
    '# Error codes',
    'Written by `npm run docs` from `src/model/codes.ts`. Every error that pullpath prints or answers carries one of these; they never change their meaning. Over HTTP they stand in the `code` of a problem document (RFC 9457).',
    table(
      ['code', 'what it means'],
      Object.entries(errorCodes).map(([code, meaning]) => [`\`${code}\``, meaning]),
    ),
  ].join('\n\n');

/** Every generated page as it must stand in the tree. */
export const generatedPages = async (): Promise<Page[]> => {
  const drafts: Page[] = [
    { path: 'docs/options.md', text: await optionsPage() },
    { path: 'docs/errors.md', text: errorsPage() },
    { path: 'docs/causes.md', text: causesPage() },
  ];
  return Promise.all(
    drafts.map(async page => ({ path: page.path, text: await format(`${page.text}\n`, { parser: 'markdown' }) })),
  );
};
