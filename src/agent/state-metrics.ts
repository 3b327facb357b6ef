import { parseImageRef } from '../model/image-ref.ts';
import type { Fact, ReportedCheck } from '../model/check.ts';
import type { OpenPull } from '../model/report.ts';
import type { Metrics } from './metrics.ts';
import type { NodeState } from './node-state.ts';
import type { Spool } from './spool.ts';

const registryOf = (image: string): string => {
  const parsed = parseImageRef(image);
  return parsed.ok ? parsed.ref.registry : '';
};

/** Counts one failed attempt of the kubelet. */
export const countFailure = (metrics: Metrics, pull: OpenPull): void => {
  metrics.add('pullpath_pull_failures_total', { cause: pull.textCause, registry: registryOf(pull.image) });
  if (pull.textCause === 'other') metrics.add('pullpath_unclassified_total', {});
};

const gauges = [
  'pullpath_findings',
  'pullpath_check_outcome',
  'pullpath_check_duration_seconds',
  'pullpath_certificate_expiry_timestamp_seconds',
  'pullpath_rate_limit_remaining',
  'pullpath_clock_skew_seconds',
] as const;

const memberOf = (value: Fact | undefined, name: string): Fact | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [name: string]: Fact })[name]
    : undefined;

/** When the first certificate of a chain ends, epoch seconds; null where there is no chain. */
const expiryOf = ({ facts }: ReportedCheck): number | null => {
  const chain = facts?.['chain'];
  const ends = (Array.isArray(chain) ? (chain as Fact[]) : [])
    .map(certificate => memberOf(certificate, 'notAfter'))
    .flatMap(end => (typeof end === 'string' ? [Date.parse(end)] : []))
    .filter(time => !Number.isNaN(time));
  return ends.length === 0 ? null : Math.min(...ends) / 1000;
};

/** Several nameservers or addresses are one series: it is well where one of them is. */
const describeChecks = (metrics: Metrics, node: string, checks: readonly ReportedCheck[]): void => {
  const passed = new Map<string, boolean>();
  for (const check of checks) {
    if (check.outcome === 'skip') continue;
    const { id, registry, host } = check;
    const where = { ...(registry === undefined ? {} : { registry }), ...(host === undefined ? {} : { host }) };
    const labels = { node, ...where, check: id };
    const key = JSON.stringify(labels);
    const before = passed.get(key);
    const isPass = check.outcome === 'pass';
    const one = new Set(['tcp.connect', 'dns.nameserver']).has(id);
    const now = before === undefined ? isPass : one ? before || isPass : before && isPass;
    passed.set(key, now);
    metrics.set('pullpath_check_outcome', labels, now ? 1 : 0);
    if (before === undefined || (isPass && !before))
      metrics.set('pullpath_check_duration_seconds', labels, check.ms / 1000);
    const expiry = id === 'tls.chain' ? expiryOf(check) : null;
    if (expiry !== null) metrics.set('pullpath_certificate_expiry_timestamp_seconds', { node, ...where }, expiry);
    const left = id === 'registry.rate-limit' ? check.facts?.['remaining'] : undefined;
    if (typeof left === 'number') metrics.set('pullpath_rate_limit_remaining', { node, ...where }, left);
    const skew = id === 'node.clock' ? check.facts?.['skewSeconds'] : undefined;
    if (typeof skew === 'number') metrics.set('pullpath_clock_skew_seconds', { node }, skew);
  }
};

/** All metrics with the gauges brought up to date. */
export const describeState = (metrics: Metrics, state: NodeState, spool: Spool): string => {
  for (const name of gauges) metrics.clear(name);
  const { findings, checks } = state.report(Date.now());
  for (const { cause, registry } of findings)
    metrics.add('pullpath_findings', { cause, registry: registry ?? '', scope: 'node' });
  describeChecks(metrics, state.nodeName, checks);
  metrics.set('pullpath_spool_bytes', {}, spool.bytes);
  metrics.set('pullpath_spool_reports', {}, spool.count);
  metrics.set('pullpath_spool_disk_full', {}, spool.diskFull ? 1 : 0);
  metrics.add('pullpath_reports_dropped_total', {}, 0);
  metrics.add('pullpath_unclassified_total', {}, 0);
  metrics.add('pullpath_lines_dropped_total', {}, 0);
  return metrics.text();
};
