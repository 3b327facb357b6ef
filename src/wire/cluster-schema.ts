import * as v from 'valibot';
import type { Drift } from '../model/drift.ts';
import { stageSchema, causeSchema, count, text, word } from './finding-schema.ts';
import { nodeSetSchema, scopeSchema } from './incident-schema.ts';

const traitValue = v.nullable(text(1024));

/** One setting in which the nodes of a group differ. */
export const driftSchema: v.GenericSchema<unknown, Drift> = v.object({
  trait: text(1024),
  group: text(1024),
  majority: v.nullable(v.object({ value: traitValue, count })),
  compared: count,
  odd: v.array(v.object({ value: traitValue, nodes: nodeSetSchema, since: v.nullable(count) })),
});

/** What a node knows of a registry's host: `unknown` is a stale node's, and a host without a cell was not tested from there. */
export const cellOutcomes = ['pass', 'fail', 'unknown'] as const;

/** One node's row of the matrix: an outcome for each host that the node tried. */
export const matrixRowSchema = v.object({
  node: word(253),
  stale: v.boolean(),
  cells: v.array(
    v.object({
      registry: text(1024),
      host: text(1024),
      outcome: v.picklist(cellOutcomes),
      stage: stageSchema,
      cause: v.nullable(causeSchema),
      /** Of the check that failed; null where a pull alone tells. */
      code: v.optional(v.nullable(text(128)), null),
      /** When the way was tried last, by the node's clock; null where no check tells. */
      when: v.optional(v.nullable(count), null),
    }),
  ),
});
export type MatrixRow = v.InferOutput<typeof matrixRowSchema>;

const faultOf = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.object({
    ...entries,
    cause: causeSchema,
    scope: scopeSchema,
    /** Null for what has not lasted long enough to be one. */
    incident: v.optional(v.nullable(word(128)), null),
  });

/** A registry's host with how many nodes it passes and fails for; of several faults the one that hits most nodes. */
export const registrySchema = v.object({
  host: text(1024),
  registries: v.array(text(1024)),
  passed: count,
  failed: count,
  notTested: count,
  stale: count,
  faults: v.array(faultOf({ stage: stageSchema })),
});
export type RegistryItem = v.InferOutput<typeof registrySchema>;

/**
 * Where an image pulls and where it does not, as far as any node tried: `pulled` by its runtime of late, `ended` where it failed,
 * that is over, and nothing says that it was pulled. `hosts` are those that its registry's nodes ask.
 */
export const imageSchema = v.object({
  image: text(4096),
  registry: v.nullable(text(1024)),
  pulled: nodeSetSchema,
  failed: nodeSetSchema,
  ended: v.optional(nodeSetSchema, { count: 0, names: [] }),
  faults: v.array(faultOf({})),
  hosts: v.optional(v.array(registrySchema), []),
});
export type ImageItem = v.InferOutput<typeof imageSchema>;
