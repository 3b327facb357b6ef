import * as v from 'valibot';
import { incidentStates, type Incident } from '../model/incident.ts';
import { limits } from '../model/limits.ts';
import { scopeKinds, type Scope } from '../model/scope.ts';
import { findingAnswerSchema } from './api.ts';
import { causeSchema, count, findingSchema, text, word } from './finding-schema.ts';

/** So many nodes, and some of their names. */
export const nodeSetSchema = v.object({ count, names: v.pipe(v.array(word(253)), v.maxLength(limits.incidentNodes)) });

const evidenceSchema = v.object({
  tried: count,
  failed: count,
  passed: count,
  notTested: count,
  stale: count,
  flapping: count,
});

/** How far a fault reaches, with the evidence for it. */
export const scopeSchema: v.GenericSchema<unknown, Scope> = v.object({
  kind: v.picklist(scopeKinds),
  nodes: nodeSetSchema,
  shared: v.array(v.object({ name: text(1024), value: v.nullable(text(1024)), failing: count, passing: count })),
  evidence: evidenceSchema,
  why: text(limits.messageBytes),
});

const podSchema = v.object({ namespace: text(512), pod: text(512), container: text(512), node: word(253) });
const finding = findingSchema.entries;

const incidentEntries = {
  id: word(128),
  key: text(limits.messageBytes),
  state: v.picklist(incidentStates),
  since: count,
  openedAt: count,
  changedAt: count,
  closedAt: v.nullable(count),
  mergedInto: v.nullable(word(128)),
  severity: finding.severity,
  cause: causeSchema,
  also: finding.also,
  stage: finding.stage,
  owner: finding.owner,
  retry: finding.retry,
  registry: finding.registry,
  host: finding.host,
  image: finding.image,
  registries: v.pipe(v.array(text(1024)), v.maxLength(limits.incidentRegistries)),
  scope: scopeSchema,
  peak: count,
  pods: v.object({ count, some: v.pipe(v.array(podSchema), v.maxLength(limits.incidentPods)) }),
  title: text(limits.messageBytes),
  fix: finding.fix,
  findings: v.pipe(v.array(word(128)), v.maxLength(limits.incidentFindings)),
};

/** An incident as the API gives it. */
export const incidentSchema: v.GenericSchema<unknown, Incident> = v.object(incidentEntries);

/** One incident with those of its findings that are kept, `limits.incidentFindings` at most. */
export const incidentDetailSchema = v.object({ ...incidentEntries, findingItems: v.array(findingAnswerSchema) });
