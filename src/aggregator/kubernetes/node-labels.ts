import * as v from 'valibot';
import { sleep } from '../../lib/backoff.ts';
import type { Log } from '../../lib/log.ts';
import { limits } from '../../model/limits.ts';
import { whyUnreachable, type KubernetesApi } from './api.ts';

/** Labels of the cluster's nodes by name, and a number that grows whenever any of them changed. */
export type NodeLabels = {
  of: (node: string) => Readonly<Record<string, string>> | undefined;
  readonly version: number;
};

type Labels = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Of each node only its metadata is asked for: whole, with its list of images, it has 20 KiB. */
const pageSchema = v.object({
  metadata: v.object({ continue: v.optional(v.string(), '') }),
  items: v.array(
    v.object({ metadata: v.object({ name: v.string(), labels: v.optional(v.record(v.string(), v.string()), {}) }) }),
  ),
});

type Listed = { ok: true; labels: Labels } | { ok: false; why: string };

const list = async (api: KubernetesApi, signal: AbortSignal): Promise<Listed> => {
  const labels = new Map<string, Readonly<Record<string, string>>>();
  let next = '';
  for (let page = 0; page < limits.nodeLabelPages; page += 1) {
    const more = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
    const reply = await api.metadata(`/api/v1/nodes?limit=${limits.nodeLabelPage}${more}`, signal);
    if (reply.kind === 'unreachable') return { ok: false, why: whyUnreachable(reply) };
    const parsed = v.safeParse(pageSchema, reply.body);
    if (reply.status !== 200 || !parsed.success)
      return { ok: false, why: `HTTP ${reply.status} for the list of nodes` };
    for (const { metadata } of parsed.output.items) labels.set(metadata.name, metadata.labels);
    next = parsed.output.metadata.continue;
    if (next === '') return { ok: true, labels };
  }
  return { ok: false, why: 'the list of nodes has no end' };
};

const same = (one: Labels, other: Labels): boolean =>
  one.size === other.size &&
  [...one].every(([name, labels]) => JSON.stringify(labels) === JSON.stringify(other.get(name)));

/** Knows the nodes' labels, zone and pool among them, from a list made every few minutes: no watch. */
export class ListedLabels implements NodeLabels {
  private readonly api: KubernetesApi;
  private readonly log: Log;
  private labels: Labels = new Map();
  private complaint = '';
  version = 0;

  constructor(api: KubernetesApi, log: Log) {
    this.api = api;
    this.log = log;
  }

  of(node: string): Readonly<Record<string, string>> | undefined {
    return this.labels.get(node);
  }

  /** Lists until the signal aborts; what cannot be listed stays as it was. Never fails. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.refresh(signal);
      await sleep(limits.nodeLabelsMs, signal);
    }
  }

  private async refresh(signal: AbortSignal): Promise<void> {
    const listed = await list(this.api, signal);
    if (signal.aborted) return;
    const why = listed.ok ? '' : listed.why;
    if (why !== '' && why !== this.complaint)
      this.log.warn({ why }, 'zones and pools of nodes are not known: nodes cannot be listed');
    this.complaint = why;
    if (!listed.ok || same(listed.labels, this.labels)) return;
    this.labels = listed.labels;
    this.version += 1;
  }
}
