import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../house/source-tree.ts';

/** A message as people had it before them, with its cause, and the causes that are right where the text cannot tell. */
export type Message = { id: string; text: string; runtime: string; cause: string; accept: string[] };

/** The labelled messages: forms seen in public reports, their values replaced. */
export const messages = (path = join(root, 'test/corpus/pull-errors.jsonl')): Message[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const { id, text, runtime, cause, accept } = JSON.parse(line) as Partial<Message>;
      if (id === undefined || text === undefined || cause === undefined) throw new Error(`not a message: ${line}`);
      return { id, text, runtime: runtime ?? 'unknown', cause, accept: accept ?? [cause] };
    });
