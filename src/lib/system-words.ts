import { getSystemErrorMap } from 'node:util';

const messages = new Map([...getSystemErrorMap().values()]);

/** What a system's error code says, and the code to look for: `no such file or directory (ENOENT)`. */
export const codeWords = (code: string): string => {
  const message = messages.get(code);
  return message === undefined ? code : `${message} (${code})`;
};

/** Why something failed, in the system's words; an error that is not the system's speaks for itself. */
export const systemWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return messages.has(code) ? codeWords(code) : error.message;
};
