import { getSystemErrorMap } from 'node:util';

const messages = new Map([...getSystemErrorMap().values()]);

/** What a system's error code says, and the code to look for: `no such file or directory (ENOENT)`. */
export const codeWords = (code: string): string => {
  const message = messages.get(code);
  return message === undefined ? code : `${message} (${code})`;
};

/** Why something failed, in the system's words; an error without a code speaks for itself. */
export const systemWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? codeWords(error.code) : error.message;
};
