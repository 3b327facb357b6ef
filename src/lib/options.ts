import { PullpathError } from '../model/error.ts';
import { wrapWords } from './wrap-words.ts';

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
  /** Flags that say otherwise: of two from one place neither counts, else the one from the stronger. Each names the other. */
  excludes?: readonly string[];
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

/** What was given for an option: its texts, the name of what gave them, and how strong that is. */
type GivenTexts = { texts: string[]; name: string; rank: number };
type AnyOption = OptionTable[string];

/** Looks up what was given for an option; undefined where nothing was. */
const givenIn = (
  table: OptionTable,
  flags: Map<string, string[]>,
  { env, readConfig }: Given,
): ((option: AnyOption) => GivenTexts | undefined) => {
  const path = flags.get(configFlag)?.at(-1) ?? nonEmpty(env[variableOf(configFlag)])?.[0];
  const file = path === undefined ? new Map<string, string[]>() : configTexts(table, path, readConfig(path));
  const fromEnv = ({ flag, alsoEnv, repeatable }: AnyOption): string[] | undefined => {
    const texts = nonEmpty(env[variableOf(flag)]) ?? (alsoEnv === undefined ? undefined : nonEmpty(env[alsoEnv]));
    return repeatable ? texts?.[0]?.split(',').map(part => part.trim()) : texts;
  };
  return option => {
    const { flag } = option;
    const places = [
      { texts: flags.get(flag), name: `--${flag}`, rank: 3 },
      { texts: fromEnv(option), name: variableOf(flag), rank: 2 },
      { texts: file.get(flag), name: `${flag} in ${path ?? ''}`, rank: 1 },
    ];
    return places.find((place): place is GivenTexts => place.texts !== undefined);
  };
};

/** Whether an option gives way to one that excludes it; refuses two that come from one place. A switch that is off excludes nothing. */
const givesWay = (own: GivenTexts, others: readonly (GivenTexts | undefined)[]): boolean =>
  [own, ...others].every(one => one?.texts.at(-1) !== 'false') &&
  others.some(other => {
    if (other?.rank === own.rank) throw invalid(`${own.name} and ${other.name} say two things; give one of them`);
    return other !== undefined && other.rank > own.rank;
  });

/**
 * The values of a program's options and its other arguments. Flag beats variable beats file beats default.
 * Throws `option-invalid` naming the option, the value and what is allowed.
 */
export const parseOptions = <Table extends OptionTable>(
  table: Table,
  given: Given,
): { values: OptionValues<Table>; rest: string[] } => {
  const { flags, rest } = splitArgv(table, given.argv);
  const givenFor = givenIn(table, flags, given);
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table)) {
    const own = givenFor(option);
    const others = Object.values(table).filter(({ flag }) => option.excludes?.includes(flag));
    if (own === undefined || givesWay(own, others.map(givenFor))) {
      values[name] = option.fallback;
      continue;
    }
    const { texts } = own;
    const parsed = option.parse(option.repeatable ? texts : texts.slice(-1));
    if (!parsed.ok) throw invalid(`${own.name}: "${texts.join(',')}" is not allowed; it takes ${parsed.allowed}`);
    values[name] = parsed.value;
  }
  return { values: Object.freeze(values) as OptionValues<Table>, rest };
};

/** Where the help of an option begins, beside it; on a narrow terminal below it. */
const [helpColumn, narrowColumn] = [31, 6];
const narrow = 80;

/** The option lines of `--help`, each with its default and variable, within so many columns. */
export const helpOf = (table: OptionTable, width: number): string => {
  const rows = Object.values(table).map(option => {
    const left = `  --${option.flag}${option.placeholder === null ? '' : ` ${option.placeholder}`}`;
    const default_ = option.defaultText === null ? '' : `default ${option.defaultText}; `;
    const also = option.alsoEnv === undefined ? '' : `, then ${option.alsoEnv}`;
    return { left, right: `${option.help} (${default_}${variableOf(option.flag)}${also})` };
  });
  rows.push({ left: '  --config FILE', right: `options from a YAML file (${variableOf(configFlag)})` });
  rows.push({ left: '  --help', right: 'this text' });
  const column = width < narrow ? narrowColumn : helpColumn;
  return rows
    .flatMap(({ left, right }) => {
      const lines = wrapWords(right, width - column).map(line => ' '.repeat(column) + line);
      const [first = '', ...more] = lines;
      return left.length < column ? [left + first.slice(left.length), ...more] : [left, ...lines];
    })
    .join('\n');
};
