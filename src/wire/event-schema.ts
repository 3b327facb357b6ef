import * as v from 'valibot';
import { findingItemSchema } from './api.ts';

const finding = findingItemSchema.entries;

/** What an event tells of a finding: which it is and where; the rest is asked for. */
export const findingHeadSchema = v.object({
  id: finding.id,
  node: finding.node,
  severity: finding.severity,
  cause: finding.cause,
  registry: finding.registry,
  title: finding.title,
  closedAt: finding.closedAt,
});
export type FindingHead = v.InferOutput<typeof findingHeadSchema>;
