import type { OptionTable, OptionValues } from './options.ts';

/** What a command may touch of the outside; everything it prints goes through here. */
export type CommandIo = {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  /** Aborts on SIGTERM and SIGINT; a long command then ends by itself with exit code 0. */
  signal: AbortSignal;
  /** True where stdout is a terminal and NO_COLOR is not set. */
  colour: boolean;
  /** Columns to write in, as `pageColumns` gives them. */
  width: number;
  /** True where kubectl runs the program: `kubectl pullpath`. */
  plugin?: boolean;
};

/** A page is as wide as the terminal, if that is neither too narrow for a table nor so wide that nobody can read a line. */
export const pageColumns = (terminal: number | undefined): number => Math.min(Math.max(terminal ?? 100, 60), 100);

/** Exit codes of every command. */
export const exitCode = { ok: 0, failed: 1, usage: 2, unreachable: 3 } as const;

/** One command of the program. */
export type Command<Table extends OptionTable = OptionTable> = {
  name: string;
  /** What it is for, in one line of `pullpath --help`. */
  summary: string;
  /** Its arguments as `--help` shows them, such as `[TEXT…]`. */
  args: string;
  /** How many arguments it takes at most. */
  maxArgs: number;
  options: Table;
  run(values: OptionValues<Table>, args: string[], io: CommandIo): Promise<number>;
};

/** Keeps a command's own option types while it is written. */
export const defineCommand = <Table extends OptionTable>(command: Command<Table>): Command<Table> => command;
