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

/** What a node knows of a registry's host; `unknown` is not tested, or a stale node's. */
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
    }),
  ),
});
export type MatrixRow = v.InferOutput<typeof matrixRowSchema>;

/** A registry's host with how many nodes it passes and fails for; of several faults the one that hits most nodes. */
export const registrySchema = v.object({
  host: text(1024),
  registries: v.array(text(1024)),
  passed: count,
  failed: count,
  notTested: count,
  stale: count,
  faults: v.array(v.object({ stage: stageSchema, cause: causeSchema, scope: scopeSchema })),
});
export type RegistryItem = v.InferOutput<typeof registrySchema>;

/** Where an image pulls and where it does not, as far as any node tried. */
export const imageSchema = v.object({
  image: text(4096),
  registry: v.nullable(text(1024)),
  pulled: nodeSetSchema,
  failed: nodeSetSchema,
  faults: v.array(v.object({ cause: causeSchema, scope: scopeSchema })),
});
export type ImageItem = v.InferOutput<typeof imageSchema>;
