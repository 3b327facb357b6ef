import type { FullReport } from '../../model/report.ts';
import { parseReport } from '../../wire/report-schema.ts';
import type { Body } from '../reading/body.ts';
import { pack, unpack } from './packed.ts';
import type { NodeState } from './records.ts';
import { readOr } from './damaged.ts';

/** A report as it is kept: the very gzip data that came, where it came so. To write and to pack it anew costs more than to read it. */
export const keptReport = (text: string, { bytes, isGzip }: Body): string =>
  isGzip ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') : pack(text);

/** What a full report says of its node, but for the findings. */
const stateOf = (report: Omit<FullReport, 'kind'>): NodeState => {
  const { runtime, kubelet = null, fingerprint = {}, traits = {}, checks, pulls, retries, pulled, host } = report;
  const maybe = { ...(pulled ? { pulled } : {}), ...(host ? { host } : {}) };
  return { runtime, kubelet, fingerprint, traits, checks, pulls, retries, ...maybe };
};

/** Nothing is told. */
export const noState: NodeState = { runtime: null, checks: [], pulls: [], retries: [] };

/** The state that a kept report told; an earlier version kept the state alone. Nothing, where this version would refuse it. */
export const keptState = (stored: string): NodeState =>
  readOr(noState, () => {
    const json = unpack(stored);
    const parsed = parseReport(json);
    if (parsed.ok) return parsed.report.kind === 'full' ? stateOf(parsed.report) : noState;
    const value = JSON.parse(json) as Partial<FullReport>;
    return value.schema === undefined ? (value as NodeState) : noState;
  });
