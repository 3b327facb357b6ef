import { PullpathError } from '../model/error.ts';

/** One option of a program: from it come the parser, `--help`, the variable's name and docs/options.md. */
export type Option<Value> = {
  /** Without dashes; the variable is PULLPATH_ and this in upper snake case. */
  flag: string;
  help: string;
  /** What is written after the flag in `--help`; null for a switch. */
  placeholder: string | null;
  /** Another variable that is read when the option's own is not set, such as NODE_NAME. */
  alsoEnv?: string;
  repeatable: boolean;
  /** The default as a person would type it; null where there is none. */
  defaultText: string | null;
  /** The value of the texts given (one, unless repeatable), or what is allowed instead. */
  parse: (texts: string[]) => { ok: true; value: Value } | { ok: false; allowed: string };
  /** The value when nothing was given. */
  fallback: Value;
};

/** A program's options by the name its code uses. */
export type OptionTable = Record<string, Option<unknown>>;

/** The values of a table. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Value> ? Value : never;
};

type Given = { argv: string[]; env: Record<string, string | undefined>; readConfig: (path: string) => unknown };

/** The environment variable of an option. */
export const variableOf = (flag: string): string => `PULLPATH_${flag.toUpperCase().replaceAll('-', '_')}`;

const configFlag = 'config';

const invalid = (message: string): PullpathError => new PullpathError('option-invalid', message);

/** As kubectl has them. */
const shortFlags: Record<string, string | undefined> = { '-o': '--output', '-n': '--namespace' };

/** Splits argv into flags (with their texts) and the rest; `--` ends the flags. */
const splitArgv = (table: OptionTable, argv: string[]): { flags: Map<string, string[]>; rest: string[] } => {
  const byFlag = new Map(Object.values(table).map(option => [option.flag, option]));
  const flags = new Map<string, string[]>();
  const rest: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') return { flags, rest: [...rest, ...argv.slice(index + 1)] };
    const long = shortFlags[word] ?? word;
    if (!long.startsWith('--')) {
      if (/^-[a-zA-Z]/.test(long)) throw invalid(`unknown option ${word}; see --help`);
      rest.push(word);
      continue;
    }
    const [, flag = '', inline] = /^--([^=]*)(?:=([^]*))?$/.exec(long) ?? [];
    const option = byFlag.get(flag);
    if (!option && flag !== configFlag) throw invalid(`unknown option --${flag}; see --help`);
    const isSwitch = option?.placeholder === null;
    const text = inline ?? (isSwitch ? 'true' : argv[(index += 1)]);
    if (text === undefined) throw invalid(`option --${flag} needs a value; see --help`);
    flags.set(flag, [...(flags.get(flag) ?? []), text]);
  }
  return { flags, rest };
};

/** A configuration file's values as texts; anything but plain values and lists of them is refused. */
const configTexts = (table: OptionTable, path: string, content: unknown): Map<string, string[]> => {
  const known = new Set(Object.values(table).map(option => option.flag));
  if (content === null || content === undefined) return new Map();
  if (typeof content !== 'object' || Array.isArray(content))
    throw new PullpathError('config-unreadable', `${path} must hold "option: value" lines`);
  const texts = new Map<string, string[]>();
  for (const [key, value] of Object.entries(content as Record<string, unknown>)) {
    if (!known.has(key)) throw invalid(`unknown option ${key} in ${path}`);
    const items: unknown[] = Array.isArray(value) ? value : [value];
    texts.set(
      key,
      items.map(item => {
        if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') return String(item);
        throw invalid(`option ${key} in ${path} must be a plain value`);
      }),
    );
  }
  return texts;
};

const nonEmpty = (text: string | undefined): string[] | undefined =>
  text === undefined || text === '' ? undefined : [text];

/**
 * The values of a program's options and its other arguments. Flag beats variable beats file beats default.
 * Throws `option-invalid` naming the option, the value and what is allowed.
 */
export const parseOptions = <Table extends OptionTable>(
  table: Table,
  given: Given,
): { values: OptionValues<Table>; rest: string[] } => {
  const { flags, rest } = splitArgv(table, given.argv);
  const configPath = flags.get(configFlag)?.at(-1) ?? nonEmpty(given.env[variableOf(configFlag)])?.[0];
  const file =
    configPath === undefined
      ? new Map<string, string[]>()
      : configTexts(table, configPath, given.readConfig(configPath));
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table)) {
    const variable = variableOf(option.flag);
    const fromEnv = nonEmpty(given.env[variable]) ?? (option.alsoEnv ? nonEmpty(given.env[option.alsoEnv]) : undefined);
    const envTexts = option.repeatable ? fromEnv?.[0]?.split(',').map(part => part.trim()) : fromEnv;
    const texts = flags.get(option.flag) ?? envTexts ?? file.get(option.flag);
    if (texts === undefined) {
      values[name] = option.fallback;
      continue;
    }
    const parsed = option.parse(option.repeatable ? texts : texts.slice(-1));
    if (!parsed.ok) {
      const source = flags.has(option.flag)
        ? `--${option.flag}`
        : envTexts
          ? variable
          : `${option.flag} in ${configPath ?? ''}`;
      throw invalid(`${source}: "${texts.join(',')}" is not allowed; it takes ${parsed.allowed}`);
    }
    values[name] = parsed.value;
  }
  return { values: Object.freeze(values) as OptionValues<Table>, rest };
};

/** The option lines of `--help`, each with its default and variable. */
export const helpOf = (table: OptionTable): string => {
  const rows = Object.values(table).map(option => {
    const left = `  --${option.flag}${option.placeholder === null ? '' : ` ${option.placeholder}`}`;
    const default_ = option.defaultText === null ? '' : `default ${option.defaultText}; `;
    const also = option.alsoEnv === undefined ? '' : `, then ${option.alsoEnv}`;
    return { left, help: option.help, facts: `(${default_}${variableOf(option.flag)}${also})` };
  });
  rows.push({ left: '  --config FILE', help: 'options from a YAML file', facts: `(${variableOf(configFlag)})` });
  rows.push({ left: '  --help', help: 'this text', facts: '' });
  return rows.map(row => `${row.left.padEnd(30)} ${row.help} ${row.facts}`.trimEnd()).join('\n');
};
