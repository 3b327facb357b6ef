import * as v from 'valibot';
import { limits } from '../model/limits.ts';
import { workloadVerdicts, type WorkloadCheck } from '../model/workload.ts';
import { count, text, word } from './finding-schema.ts';

const known = ['yes', 'no', 'not-checked'] as const;

const secretSchema = v.object({
  name: text(512),
  namedBy: v.picklist(['pod', 'service account']),
  exists: v.picklist(known),
  type: v.nullable(text(512)),
  readable: v.picklist(known),
  registries: v.array(text(1024)),
  entry: v.picklist(known),
});

/** What the cluster says of a container that waits, as the API gives it. */
export const workloadCheckSchema: v.GenericSchema<unknown, WorkloadCheck> = v.object({
  namespace: text(512),
  pod: text(512),
  container: text(512),
  image: text(limits.messageBytes),
  found: v.picklist([...known, 'replaced']),
  pullPolicy: v.nullable(text(128)),
  owner: v.nullable(v.object({ kind: text(128), name: text(512) })),
  serviceAccount: v.nullable(text(512)),
  secrets: v.array(secretSchema),
  elsewhere: v.object({ runs: v.picklist(known), nodes: v.array(word(253)) }),
  unchecked: v.nullable(text(limits.messageBytes)),
  checkedAt: count,
  verdict: v.picklist(workloadVerdicts),
  says: text(limits.messageBytes),
  fix: v.array(v.object({ say: text(limits.messageBytes), run: v.exactOptional(text(limits.messageBytes)) })),
});
