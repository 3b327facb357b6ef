import { readFileSync } from 'node:fs';
import { PullpathError } from '../model/error.ts';
import { systemWords } from './system-words.ts';

/** The tokens of a file, one a line, at least one; lines that are empty or start with # are none. */
export const readTokens = (path: string): string[] => {
  const unusable = (why: string, cause?: unknown): PullpathError =>
    new PullpathError('token-file-unreadable', `--token-file ${path} ${why}`, { cause });
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(`cannot be read: ${systemWords(error)}`, error);
  }
  const lines = content.split('\n').map(line => line.trim());
  const tokens = lines.filter(line => line !== '' && !line.startsWith('#'));
  if (tokens.length === 0) throw unusable('holds no token; write one a line');
  // Never name the token itself: the sentence ends up in logs.
  if (tokens.some(token => !/^[!-~]{16,8192}$/.test(token)))
    throw unusable('holds a line that is no token: 16 or more printable characters without blanks');
  return tokens;
};
