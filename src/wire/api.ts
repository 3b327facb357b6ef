import * as v from 'valibot';
import { scopeKinds } from '../model/scope.ts';
import { limits } from '../model/limits.ts';
import { hostStages } from '../model/check.ts';
import { causeSchema, count, findingSchema, text, word } from './finding-schema.ts';
import { checksSchema, droppedSchema, fingerprintSchema, hostSchema, kubeletSchema } from './report-schema.ts';
import { pullsSchema, retriesSchema, runtimeSchema, traitsSchema } from './report-schema.ts';
import { workloadCheckSchema } from './workload-schema.ts';

/** Every status a node can have; all but `ok` ask for a look. */
export const nodeStatuses = ['failing', 'degraded', 'stale', 'unknown', 'ok'] as const;
export type NodeStatus = (typeof nodeStatuses)[number];

/** Which findings a list holds. */
export const findingStates = ['open', 'closed', 'all'] as const;

const nodeSummaryEntries = {
  name: word(253),
  uid: word(128),
  bootId: word(128),
  /** Computed as it is read, from when the node was last heard. */
  status: v.picklist(nodeStatuses),
  /** By the aggregator's clock, epoch milliseconds: the node's own clock may be wrong. */
  firstSeen: count,
  lastSeen: count,
  /** When the newest full report arrived; null before the first. */
  reportedAt: v.nullable(count),
  agentVersion: text(64),
  /** Open findings by severity, and how many of each cause, most urgent first. */
  errors: count,
  warnings: count,
  causes: v.array(v.object({ cause: causeSchema, count })),
  /** Containers that wait for an image. */
  waiting: count,
};

/** A node in a list. */
export const nodeSummarySchema = v.object(nodeSummaryEntries);
export type NodeSummary = v.InferOutput<typeof nodeSummarySchema>;

/** A finding with the node it is on, and its life as the aggregator saw it. */
export const findingItemSchema = v.object({
  ...findingSchema.entries,
  node: word(253),
  nodeUid: word(128),
  state: v.picklist(['open', 'closed']),
  openedAt: count,
  changedAt: count,
  closedAt: v.nullable(count),
});
export type FindingItem = v.InferOutput<typeof findingItemSchema>;

/** A finding with how far what it tells of reaches, and the open incident that it is part of; of a closed one neither is told. */
export const findingAnswerSchema = v.object({
  ...findingItemSchema.entries,
  scope: v.optional(v.picklist(scopeKinds), 'unknown'),
  incident: v.optional(v.nullable(word(128)), null),
});
export type FindingAnswer = v.InferOutput<typeof findingAnswerSchema>;

/** One finding, with what the cluster says of the first of its pods; empty where the aggregator may not ask the API server. */
export const findingDetailSchema = v.object({
  ...findingAnswerSchema.entries,
  workloads: v.array(workloadCheckSchema),
});
export type FindingDetail = v.InferOutput<typeof findingDetailSchema>;

/** Everything known of one node, as its newest full report has it, and its open findings. */
const nodeDetailSchema = v.object({
  ...nodeSummaryEntries,
  runtime: runtimeSchema,
  kubelet: v.exactOptional(kubeletSchema),
  fingerprint: v.exactOptional(fingerprintSchema),
  traits: v.exactOptional(traitsSchema),
  host: v.exactOptional(hostSchema),
  dropped: droppedSchema,
  checks: checksSchema,
  pulls: pullsSchema,
  findings: v.array(findingItemSchema),
  retries: retriesSchema,
});
export type NodeDetail = v.InferOutput<typeof nodeDetailSchema>;

/** The same as an answer, where findings have their scope. */
export const nodeAnswerSchema = v.object({ ...nodeDetailSchema.entries, findings: v.array(findingAnswerSchema) });

/** One stage of the path to a host; `when` is by the node's own clock, null where it was not tested. */
const stageVerdictSchema = v.object({
  stage: v.picklist(hostStages),
  outcome: v.picklist(['pass', 'fail', 'skip', 'unknown']),
  code: v.nullable(text(128)),
  ms: v.nullable(v.number()),
  when: v.nullable(count),
});

/** Every host on the way to each registry that a node knows; as old as `lastSeen` says where the status is `stale`. */
export const reachabilitySchema = v.object({
  node: word(253),
  uid: word(128),
  status: v.picklist(nodeStatuses),
  lastSeen: count,
  reportedAt: v.nullable(count),
  hosts: v.array(
    v.object({
      registry: text(1024),
      host: text(1024),
      role: v.picklist(['mirror', 'upstream']),
      stages: v.array(stageVerdictSchema),
    }),
  ),
});
export type Reachability = v.InferOutput<typeof reachabilitySchema>;

/** A page of a list; `next` is the cursor of the page after it, null on the last. */
export type Page<Item> = { items: Item[]; next: string | null };
export const pageSchema = <Item>(item: v.GenericSchema<unknown, Item>): v.GenericSchema<unknown, Page<Item>> =>
  v.object({ items: v.array(item), next: v.nullable(v.string()) });

/** That something is well. */
export const healthSchema = v.object({ status: v.literal('ok') });

/**
 * The answer to a posted report. `stored` is false for a repeat. `resync` asks for a full report: the heartbeat means
 * one that the aggregator does not hold. `herd` has, by registry, the nodes that wait on it and this node's place among them;
 * an older aggregator does not count them. `retry` are images that a person asked this node to pull. `policies` are the pull
 * policies of containers that wait on the node, as far as the cluster has told them; missing where the aggregator cannot ask it.
 */
export const reportAnswerSchema = v.object({
  stored: v.boolean(),
  resync: v.boolean(),
  herd: v.exactOptional(
    v.record(
      text(1024),
      v.object({
        nodes: v.pipe(count, v.minValue(1)),
        perSecond: v.pipe(v.number(), v.finite(), v.minValue(0.1)),
        place: count,
      }),
    ),
  ),
  retry: v.exactOptional(v.pipe(v.array(text(limits.messageBytes)), v.maxLength(limits.askedRetriesAtOnce))),
  policies: v.exactOptional(
    v.pipe(
      v.array(
        v.object({
          ...{ namespace: word(253), pod: word(253), podUid: v.nullable(word(128)), container: word(253) },
          policy: word(64),
        }),
      ),
      v.maxLength(limits.policiesAtOnce),
    ),
  ),
});
export type ReportAnswer = v.InferOutput<typeof reportAnswerSchema>;
