/** A word as a POSIX shell takes it, whatever is in it. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** A command line whose inserted words are quoted: no name from a text can become a command. */
export const sh = (parts: TemplateStringsArray, ...words: string[]): string => {
  let line = parts[0] ?? '';
  for (const [index, word] of words.entries()) line += shellWord(word) + (parts[index + 1] ?? '');
  return line;
};
