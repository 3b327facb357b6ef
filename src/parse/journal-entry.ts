/** What of a journal entry is used. */
export type JournalEntry = {
  cursor: string;
  /** When the line was logged, epoch milliseconds; the line's own time has no year and no zone. */
  at: number;
  /** Null where the entry has no text, or journalctl left it out. */
  message: string | null;
  /** Tells one process's stream of lines from another's, for values that span lines. */
  stream: string;
};

/** The fields to ask journalctl for; cursor and times come by themselves. */
export const journalFields = ['MESSAGE', '_STREAM_ID', '_PID'];

const decoder = new TextDecoder();

/**
 * journalctl -o json gives text as a string, as an array of bytes where it holds control characters or is not UTF-8, as an
 * array of strings where a field is repeated, and null where it is long and --all was not given (journalctl 252).
 */
const textOf = (value: unknown): string | null => {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  const items: unknown[] = value;
  if (items.every(item => typeof item === 'number')) return decoder.decode(Uint8Array.from(items));
  const last = items.at(-1);
  return typeof last === 'string' ? last : null;
};

/** Reads one line of `journalctl -o json`; null where it is not an entry (cut off, or not JSON). Never throws. */
export const readJournalEntry = (line: string): JournalEntry | null => {
  let entry: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== 'object' || parsed === null) return null;
    entry = parsed as Record<string, unknown>;
  } catch {
    return null;
  }
  const cursor = entry['__CURSOR'];
  const microseconds = Number(entry['__REALTIME_TIMESTAMP']);
  if (typeof cursor !== 'string' || !Number.isFinite(microseconds)) return null;
  return {
    cursor,
    at: Math.floor(microseconds / 1000),
    message: textOf(entry['MESSAGE']),
    stream: textOf(entry['_STREAM_ID']) ?? textOf(entry['_PID']) ?? '',
  };
};
