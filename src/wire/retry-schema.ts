import * as v from 'valibot';
import { text, word } from './finding-schema.ts';
import { retryRecordSchema } from './report-schema.ts';

/** What a person asks of nodes: an image, and the one node that is meant, by name or uid; without, all that wait for it. */
export const retryRequestSchema = v.strictObject({
  image: v.pipe(text(1024), v.minLength(1)),
  node: v.exactOptional(word(253)),
});

/** The nodes that hear of it with their next reports, by name. */
export const retryAnswerSchema = v.object({ image: text(1024), nodes: v.array(word(253)) });
export type RetryAnswer = v.InferOutput<typeof retryAnswerSchema>;

/** A pull that an agent made, or what kept it from one that was asked for, with its node. Times are by the node's clock. */
export const retryItemSchema = v.object({ node: word(253), nodeUid: word(128), ...retryRecordSchema.entries });
export type RetryItem = v.InferOutput<typeof retryItemSchema>;
