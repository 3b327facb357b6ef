import { format } from 'prettier';
import { commandTable } from '../../src/commands.ts';
import type { Command } from '../../src/lib/command.ts';
import { variableOf } from '../../src/lib/options.ts';
import { errorCodes } from '../../src/model/codes.ts';
import { checkCodes } from '../../src/model/check-codes.ts';
import { checkKinds } from '../../src/model/check.ts';
import { configProblemCodes } from '../../src/model/registry-hosts.ts';
import { causesPage } from './causes-page.ts';
import { recoverPage } from './recover-page.ts';

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

const credentialsSection = [
  '## Credentials',
  'What is shown, and to whom; a check names the file, never what is in it. `--no-credentials` walks as anybody.',
  [
    '- **The kubelet’s files**, in its order, matched with the image as it does: `config.json` below its `--root-dir`, its working directory, `$HOME/.docker`, `/.docker`, then `.dockercfg`. At most three that match are tried. containerd would offer them to every host that asks, mirrors too; the walk sends them to the registry’s own host alone, and what then stays closed is `credentials-withheld`, not a failure.',
    '- **Credential provider plugins**, only with `--credential-providers`: as the running kubelet’s command line has them, without a shell, 8 s each; answers are kept as long as they say. Plugins that want a pod’s service account token are left out.',
    '- **containerd’s own** `registry.configs.HOST.auth` and `registry.auths`, where the kubelet has none: to HOST alone.',
    '- **Headers of hosts.toml**: to the very host that they stand for, and to a token service on it; containerd 2.1 sends them to any token service.',
    '- **The user and password in containerd’s proxy URL**: to that proxy alone.',
  ].join('\n'),
  'A credential goes to the token service that the registry names, as containerd sends it. It goes neither over plain HTTP, unless the registry itself is configured so, nor to a host whose certificate containerd is told not to verify and that does not verify, nor behind a redirect to another host, port or scheme. A registry outside cannot lead a request to loopback or link-local addresses of the node. A SOCKS proxy is not spoken to: `proxy-socks`.',
  'The agent uses the same for its walks, as far as it can see it: `daemonset.yaml` mounts no directory of the kubelet, since all pods’ secrets lie there. To have its file used, mount that one file at `/host/var/lib/kubelet/config.json`, read-only.',
];

const checksPage = (): string =>
  [
    '# Checks',
    'Written by `npm run docs` from `src/model/check.ts`, `src/model/check-codes.ts` and `src/model/registry-hosts.ts`.',
    '`pullpath check [IMAGE|REGISTRY…]` walks the pull path from the node it runs on as containerd would: each host in containerd’s order, the mirrors first. Every step passes, fails or is skipped; a skip is not a pass. It shows the credentials that the node itself has, and no pod’s pull secret, so that an image that only a secret opens ends at `auth-required`; at Docker Hub it reads no manifest, since that counts as a pull. At most 12 requests go to a host. A step has 5 s (name, connection, TLS) or 10 s (HTTP), a whole walk 15 s.',
    'Exit codes: 0 all passed, 1 something failed or could not be tested in time, 2 usage, 3 nothing to check.',
    ...credentialsSection,
    '## Steps',
    table(
      ['id', 'stage', 'what it tests'],
      Object.entries(checkKinds).map(([id, { stage, tests }]) => [`\`${id}\``, stage, tests]),
    ),
    '## Codes',
    'The code of a step that failed, with the [cause](causes.md) it stands for; without a cause it is why a step was skipped.',
    table(
      ['code', 'cause', 'what it means'],
      Object.entries(checkCodes).map(([code, { cause, means }]) => [
        `\`${code}\``,
        cause === null ? '–' : `\`${cause}\``,
        means,
      ]),
    ),
    '## Codes of the configuration',
    'Of the `config.` steps; the cause is `hosts-config-invalid`. The fact `effect` says what containerd does: `pull-fails`, `start-fails`, or `ignored`; `unknown` is what it does not tell, `not-read` a file too large for us.',
    table(
      ['code', 'what it means'],
      Object.entries(configProblemCodes).map(([code, means]) => [`\`${code}\``, means]),
    ),
  ].join('\n\n');

/** Every generated page as it must stand in the tree. */
export const generatedPages = async (): Promise<Page[]> => {
  const drafts: Page[] = [
    { path: 'docs/options.md', text: await optionsPage() },
    { path: 'docs/errors.md', text: errorsPage() },
    { path: 'docs/causes.md', text: causesPage() },
    { path: 'docs/checks.md', text: checksPage() },
    { path: 'docs/recover.md', text: recoverPage(table) },
  ];
  return Promise.all(
    drafts.map(async page => ({ path: page.path, text: await format(`${page.text}\n`, { parser: 'markdown' }) })),
  );
};
