import * as v from 'valibot';
import { whyUnreachable, type KubernetesApi } from '../kubernetes/api.ts';

const named = v.array(v.object({ name: v.optional(v.string(), '') }));
const word = v.optional(v.string(), '');

/** As much of a pod as is looked at (core/v1). */
export const podSchema = v.object({
  metadata: v.object({
    uid: v.string(),
    labels: v.optional(v.record(v.string(), v.string()), {}),
    ownerReferences: v.optional(
      v.array(v.object({ kind: v.string(), name: v.string(), controller: v.optional(v.boolean(), false) })),
      [],
    ),
  }),
  spec: v.object({
    serviceAccountName: word,
    nodeName: word,
    imagePullSecrets: v.optional(named, []),
    containers: v.array(v.object({ name: v.string(), image: word, imagePullPolicy: word })),
    initContainers: v.optional(v.array(v.object({ name: v.string(), image: word, imagePullPolicy: word })), []),
  }),
});
export type Pod = v.InferOutput<typeof podSchema>;

export const accountSchema = v.object({ imagePullSecrets: v.optional(named, []) });

export const secretSchema = v.object({ type: word, data: v.optional(v.record(v.string(), v.string()), {}) });

const statusSchema = v.object({
  name: v.string(),
  imageID: word,
  state: v.optional(v.object({ running: v.optional(v.looseObject({})) }), {}),
});

/** The pods of a namespace, and how their containers are. */
export const podListSchema = v.object({
  items: v.array(
    v.object({
      metadata: v.object({ name: v.string() }),
      spec: v.object({ nodeName: word, containers: v.array(v.object({ name: v.string(), image: word })) }),
      status: v.optional(v.object({ containerStatuses: v.optional(v.array(statusSchema), []) }), {
        containerStatuses: [],
      }),
    }),
  ),
});

/** An object, that there is none, or why that is not known. */
export type Looked<Value> = { kind: 'there'; value: Value } | { kind: 'gone' } | { kind: 'unknown'; why: string };

/** Asks for one object of a namespace. */
export const lookUp = async <Value>(
  api: Pick<KubernetesApi, 'get'>,
  path: string,
  schema: v.GenericSchema<unknown, Value>,
): Promise<Looked<Value>> => {
  const reply = await api.get(path);
  if (reply.kind === 'unreachable') return { kind: 'unknown', why: whyUnreachable(reply) };
  if (reply.status === 404) return { kind: 'gone' };
  if (reply.status === 403) return { kind: 'unknown', why: 'the aggregator may not read it (HTTP 403)' };
  const parsed = v.safeParse(schema, reply.body);
  if (reply.status === 200 && parsed.success) return { kind: 'there', value: parsed.output };
  return { kind: 'unknown', why: `the API server answers HTTP ${reply.status}` };
};
