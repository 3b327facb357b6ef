import * as v from 'valibot';
import type { Fact, Facts, ReportedCheck } from '../model/check.ts';
import type { ErrorCode } from '../model/codes.ts';
import { limits } from '../model/limits.ts';
import type { Report } from '../model/report.ts';
import { fastReader, unreadable } from './fast-reader.ts';
import { causeSchema, count, findingSchema, podSchema, stageSchema, text, word } from './finding-schema.ts';

const factSchema: v.GenericSchema<unknown, Fact> = v.lazy(() => anyFact);
const factsSchema: v.GenericSchema<unknown, Facts> = v.pipe(
  v.record(text(64), factSchema),
  v.maxEntries(limits.checkFacts),
);
// Made once: a getter that makes it would make it for each fact of each check.
const anyFact = v.union([
  v.nullable(text(limits.messageBytes)),
  v.pipe(v.number(), v.finite()),
  v.boolean(),
  v.pipe(v.array(factSchema), v.maxLength(limits.checkFacts)),
  factsSchema,
]);

/** One step of the pull path; `stage` is null where only a newer program has it. */
const anyCheck = v.object({
  id: word(128),
  stage: stageSchema,
  outcome: v.picklist(['pass', 'fail', 'skip']),
  code: v.nullable(text(128)),
  waitsFor: v.exactOptional(word(128)),
  ms: v.pipe(v.number(), v.finite(), v.minValue(0)),
  facts: v.exactOptional(factsSchema),
  detail: text(limits.messageBytes),
  registry: v.exactOptional(text(1024)),
  host: v.exactOptional(text(1024)),
  role: v.exactOptional(v.picklist(['mirror', 'upstream'])),
  at: v.exactOptional(count),
});

/** Checks of the stages known here; the others are left out, and so stay untested. */
export const checksSchema = v.pipe(
  v.array(anyCheck),
  v.maxLength(limits.reportChecks),
  v.transform(checks => checks.filter((check): check is ReportedCheck => check.stage !== null)),
);

const pullSchema = v.object({
  ...podSchema.entries,
  image: text(limits.messageBytes),
  reason: text(512),
  textCause: causeSchema,
  message: text(limits.messageBytes),
});
export const pullsSchema = v.pipe(v.array(pullSchema), v.maxLength(limits.reportPulls));

export const retryRecordSchema = v.object({
  image: text(limits.messageBytes),
  at: count,
  ms: v.pipe(v.number(), v.finite(), v.minValue(0)),
  outcome: v.picklist(['pulled', 'failed', 'unavailable']),
  cause: v.nullable(causeSchema),
  message: v.nullable(text(limits.messageBytes)),
  watched: v.exactOptional(v.object({ check: word(128), host: v.nullable(text(1024)), times: count, since: count })),
  healedAt: v.exactOptional(count),
  ranAt: v.exactOptional(count),
  savedMs: v.exactOptional(count),
  byHand: v.exactOptional(v.boolean()),
  rule: v.exactOptional(text(64)),
});
export const retriesSchema = v.pipe(v.array(retryRecordSchema), v.maxLength(limits.reportRetries));

const pulledSchema = v.pipe(v.array(v.object({ image: text(1024), at: count })), v.maxLength(limits.reportPulled));

export const runtimeSchema = v.nullable(v.object({ name: text(128), version: text(128), apiVersion: text(128) }));

export const kubeletSchema = v.nullable(v.object({ version: text(128) }));

/** By file or setting: a sha256, or an older or newer program's own form of one. */
export const fingerprintSchema = v.pipe(v.record(text(512), word(128)), v.maxEntries(limits.fingerprintEntries));
export const traitsSchema = v.pipe(v.record(text(64), text(1024)), v.maxEntries(limits.traitEntries));

export const hostSchema = v.object({
  ...{ os: text(256), kernel: text(256), arch: text(256), machine: text(256), processor: text(256) },
  ...{ cpus: count, memoryBytes: count },
});

const noneDropped = { reports: 0, lines: 0, pulls: 0 };
export const droppedSchema = v.object({
  reports: v.optional(count, 0),
  lines: v.optional(count, 0),
  pulls: v.optional(count, 0),
});

const head = {
  schema: v.literal('pullpath.report/1'),
  node: v.object({ name: word(253), uid: word(128), bootId: word(128), machineId: v.exactOptional(word(128)) }),
  seq: count,
  sentAt: count,
  agent: v.object({ version: text(64) }),
  dropped: v.optional(droppedSchema, noneDropped),
};

/**
 * A posted report. Fields it does not know are ignored and optional parts may be missing, so that an agent one minor
 * version newer or older is taken; findings and pulls must be there, or a full report would close what it never named.
 */
export const reportSchema = v.variant('kind', [
  v.object({
    ...head,
    kind: v.literal('full'),
    runtime: v.optional(runtimeSchema, null),
    kubelet: v.optional(kubeletSchema, null),
    fingerprint: v.optional(fingerprintSchema, {}),
    traits: v.optional(traitsSchema, {}),
    checks: v.optional(checksSchema, []),
    pulls: pullsSchema,
    findings: v.pipe(v.array(findingSchema), v.maxLength(limits.reportFindings)),
    retries: v.optional(retriesSchema, []),
    pulled: v.exactOptional(pulledSchema),
    host: v.exactOptional(hostSchema),
  }),
  v.pipe(
    v.object({ ...head, kind: v.literal('heartbeat'), fullSeq: count }),
    v.forward(
      v.partialCheck([['fullSeq'], ['seq']], beat => beat.fullSeq < beat.seq, 'must be below seq'),
      ['fullSeq'],
    ),
  ),
]);

const [quote, backslash, braceOpens, braceCloses, bracketOpens, bracketCloses] = [34, 92, 123, 125, 91, 93];

/** True where brackets outside strings nest deeper than the bound; JSON.parse itself has none. */
const nestsDeeper = (json: string, bound: number): boolean => {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < json.length; index += 1) {
    const char = json.charCodeAt(index);
    if (inString) {
      if (char === backslash) index += 1;
      else if (char === quote) inString = false;
    } else if (char === quote) inString = true;
    else if (char === braceOpens || char === bracketOpens) {
      if ((depth += 1) > bound) return true;
    } else if (char === braceCloses || char === bracketCloses) depth -= 1;
  }
  return false;
};

const readReport = fastReader(reportSchema);

/** What a report holds, or the code and sentence of why it is refused; `field` is the place in the report. */
type ParsedReport =
  | { ok: true; report: Report }
  | { ok: false; code: ErrorCode & ('report-not-json' | 'report-invalid'); field: string | null; detail: string };

const notJson = (detail: string): ParsedReport => ({ ok: false, code: 'report-not-json', field: null, detail });

/** Reads a report from its JSON; never throws. */
export const parseReport = (json: string): ParsedReport => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return notJson(json.trim() === '' ? 'the body is empty' : 'the body is not JSON');
  }
  const report = readReport(value);
  if (report !== unreadable) return { ok: true, report };
  // valibot follows whatever nests.
  if (nestsDeeper(json, limits.reportDepth))
    return notJson(`the report nests deeper than ${limits.reportDepth} levels`);
  // Anew, since the reader above has taken its value over.
  const parsed = v.safeParse(reportSchema, JSON.parse(json), { abortEarly: true });
  if (parsed.success) return { ok: true, report: parsed.output };
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue);
  return {
    ok: false,
    code: 'report-invalid',
    field,
    detail: `${field ?? 'the report'}: ${issue.message}`.slice(0, 300),
  };
};
