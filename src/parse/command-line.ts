/** The words of /proc/PID/cmdline. */
export const parseCommandLine = (text: string): string[] => text.split('\0');

/**
 * The value of a flag of a Go program, by any of its names with their dashes (`--config`, `-c`): what stands behind `=`, or the
 * next word. Given more than once, the last counts, as in flag and pflag; null where it is not there or empty.
 */
export const flagOf = (words: readonly string[], ...names: readonly string[]): string | null => {
  let found: string | null = null;
  for (const [at, word] of words.entries()) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    // What stands behind it is no flag.
    if (word === '--') break;
    if (names.includes(name)) found = equals < 0 ? (words[at + 1] ?? null) : word.slice(equals + 1);
  }
  return found === '' ? null : found;
};
