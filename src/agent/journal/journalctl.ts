import { spawn } from 'node:child_process';
import { limits } from '../../model/limits.ts';
import { journalFields, readJournalEntry, type JournalEntry } from '../../parse/journal-entry.ts';
import { LineSplitter } from './lines.ts';

/**
 * Where the journal is and which of its lines are wanted. journalctl 252, as measured:
 * -f shows the newest boot only, whatever --cursor, --since or --boot=all say, unless -m is given too;
 * --all is needed or texts of 4 KiB come as null; --grep works with -f and --cursor and costs a quarter of printing all.
 */
export type JournalPlace = { directory: string | null; units: string[]; pattern: string };

const command = 'journalctl';

const placeArgs = (place: JournalPlace): string[] => [
  '-m',
  ...(place.directory === null ? [] : ['-D', place.directory]),
  ...place.units.flatMap(unit => ['-u', unit]),
];

/** Where following begins: at an entry (itself included), at a time, or at the oldest entry. */
export type JournalStart = { cursor: string } | { sinceMs: number } | 'oldest';

const startArgs = (start: JournalStart): string[] => {
  if (start === 'oldest') return [];
  // Fractions of a second are refused; whole ones since the epoch are independent of the time zone.
  return 'cursor' in start ? [`--cursor=${start.cursor}`] : [`--since=@${Math.floor(start.sinceMs / 1000)}`];
};

/** How journalctl ended: why in its own words, and whether there is no such program. */
export type JournalctlEnd = { code: number | null; stderr: string; missing: boolean };

type Child = {
  args: string[];
  signal: AbortSignal;
  onLine: (line: string) => void;
  onLost: () => void;
};

/** Runs journalctl until it ends or the signal aborts; it is killed and its pipes are closed in every case. */
const runJournalctl = ({ args, signal, onLine, onLost }: Child): Promise<JournalctlEnd> =>
  new Promise(resolve => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    let missing = false;
    const lines = new LineSplitter(limits.journalLineBytes, onLine, onLost);
    const stop = (): void => void child.kill('SIGTERM');
    child.stdout.on('data', (chunk: Buffer) => {
      if (!signal.aborted) lines.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(0, limits.stderrBytes);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      missing = error.code === 'ENOENT';
      stderr = error.message;
    });
    child.on('close', code => {
      signal.removeEventListener('abort', stop);
      resolve({ code, stderr: stderr.trim(), missing });
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });

/** Follows the wanted lines from `start` on; resolves when journalctl ends or the signal aborts. */
export const followJournal = (
  place: JournalPlace,
  start: JournalStart,
  child: Omit<Child, 'args'>,
): Promise<JournalctlEnd> =>
  runJournalctl({
    ...child,
    args: [
      ...['--follow', '--no-tail', '--quiet', '--output=json', '--all', `--output-fields=${journalFields.join(',')}`],
      ...placeArgs(place),
      ...['--case-sensitive=yes', `--grep=${place.pattern}`],
      ...startArgs(start),
    ],
  });

/** The newest entry of the chosen units, wanted or not, or the newest that matches `pattern`; null where there is none. */
export const newestEntry = async (
  place: JournalPlace,
  signal: AbortSignal,
  pattern: string | null = null,
): Promise<{ entry: JournalEntry | null; end: JournalctlEnd }> => {
  let entry: JournalEntry | null = null;
  const end = await runJournalctl({
    args: [
      // Backwards, so that a match ends the search.
      ...['--lines=1', '--reverse', '--quiet', '--output=json', '--all', `--output-fields=${journalFields.join(',')}`],
      ...placeArgs(place),
      ...(pattern === null ? [] : ['--case-sensitive=yes', `--grep=${pattern}`]),
    ],
    signal: AbortSignal.any([signal, AbortSignal.timeout(limits.journalAskMs)]),
    onLine: line => {
      entry = readJournalEntry(line) ?? entry;
    },
    onLost: () => undefined,
  });
  return { entry, end };
};
