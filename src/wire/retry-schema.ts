import * as v from 'valibot';
import { text, word } from './finding-schema.ts';

/** What a person asks of nodes: an image, and the one node that is meant, by name or uid; without, all that wait for it. */
export const retryRequestSchema = v.strictObject({
  image: v.pipe(text(1024), v.minLength(1)),
  node: v.exactOptional(word(253)),
});

/** The nodes that hear of it with their next reports, by name. */
export const retryAnswerSchema = v.object({ image: text(1024), nodes: v.array(word(253)) });
export type RetryAnswer = v.InferOutput<typeof retryAnswerSchema>;
