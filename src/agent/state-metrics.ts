import { parseImageRef } from '../model/image-ref.ts';
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

/** All metrics with the gauges brought up to date. */
export const describeState = (metrics: Metrics, state: NodeState, spool: Spool): string => {
  metrics.clear('pullpath_findings');
  metrics.clear('pullpath_check_outcome');
  metrics.clear('pullpath_check_duration_seconds');
  const { findings, checks } = state.report(Date.now());
  for (const { cause, registry } of findings)
    metrics.add('pullpath_findings', { cause, registry: registry ?? '', scope: 'node' });
  for (const check of checks) {
    if (check.outcome === 'skip') continue;
    metrics.set('pullpath_check_outcome', { check: check.id }, check.outcome === 'pass' ? 1 : 0);
    metrics.set('pullpath_check_duration_seconds', { check: check.id }, check.ms / 1000);
  }
  metrics.set('pullpath_spool_bytes', {}, spool.bytes);
  metrics.set('pullpath_spool_reports', {}, spool.count);
  metrics.set('pullpath_spool_disk_full', {}, spool.diskFull ? 1 : 0);
  metrics.add('pullpath_reports_dropped_total', {}, 0);
  metrics.add('pullpath_unclassified_total', {}, 0);
  metrics.add('pullpath_lines_dropped_total', {}, 0);
  return metrics.text();
};
