import { version } from '../lib/version.ts';

type Labels = Record<string, string>;
type Kind = 'counter' | 'gauge';
type Family = { kind: Kind; help: string; values: Map<string, number> };

/** The agent's metrics: contracts.md has the names. Labels never hold an image, a pod or a namespace. */
const families = {
  pullpath_build_info: ['gauge', 'The running version; always 1'],
  pullpath_findings: ['gauge', 'Open findings of this node by cause and registry'],
  pullpath_pull_failures_total: ['counter', 'Failed pull attempts of the kubelet by cause and registry'],
  pullpath_unclassified_total: ['counter', 'Failed pull attempts whose cause no rule names'],
  pullpath_retries_total: ['counter', 'Pulls retried over CRI by outcome'],
  pullpath_check_outcome: ['gauge', '1 where the check passed, 0 where it failed, absent where not tested'],
  pullpath_check_duration_seconds: ['gauge', 'How long the check took'],
  pullpath_certificate_expiry_timestamp_seconds: ['gauge', 'When the first certificate of the host’s chain ends'],
  pullpath_rate_limit_remaining: ['gauge', 'Pulls that the host has left for this node, where it tells'],
  pullpath_clock_skew_seconds: ['gauge', 'How far the registries’ clocks are ahead of the node’s'],
  pullpath_journal_lag_seconds: ['gauge', 'From the last relevant line being logged to its being read'],
  pullpath_journal_lines_total: ['counter', 'Relevant journal lines read'],
  pullpath_lines_dropped_total: ['counter', 'Lines lost, cut off or unreadable'],
  pullpath_spool_bytes: ['gauge', 'Bytes of reports that wait for the aggregator'],
  pullpath_spool_reports: ['gauge', 'Reports that wait for the aggregator'],
  pullpath_spool_disk_full: ['gauge', '1 while the disk takes no reports and only the newest is kept'],
  pullpath_reports_dropped_total: ['counter', 'Reports lost because the spool was full or the aggregator refused them'],
} as const satisfies Record<string, readonly [Kind, string]>;

export type MetricName = keyof typeof families;

/** Series of one metric: some fifteen checks of each host on the way to 64 registries; registries come from pod specs. */
const maxSeries = 2000;

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const seriesOf = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',');

/** Counters and gauges, printed in the Prometheus text format. By hand: a client library costs 5 MB. */
export class Metrics {
  private readonly families = new Map<MetricName, Family>();

  constructor(node: string) {
    for (const [name, [kind, help]] of Object.entries(families))
      this.families.set(name as MetricName, { kind, help, values: new Map() });
    this.set('pullpath_build_info', { version, node }, 1);
  }

  add(name: MetricName, labels: Labels, amount = 1): void {
    const values = this.valuesOf(name);
    const series = seriesOf(labels);
    if (values.size >= maxSeries && !values.has(series)) return;
    values.set(series, (values.get(series) ?? 0) + amount);
  }

  set(name: MetricName, labels: Labels, value: number): void {
    const values = this.valuesOf(name);
    const series = seriesOf(labels);
    if (values.size < maxSeries || values.has(series)) values.set(series, value);
  }

  /** Forgets all series of a metric, such as those of findings that are closed. */
  clear(name: MetricName): void {
    this.valuesOf(name).clear();
  }

  text(): string {
    const lines: string[] = [];
    for (const [name, { kind, help, values }] of this.families) {
      if (values.size === 0) continue;
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`);
      for (const [series, value] of values) lines.push(`${name}${series === '' ? '' : `{${series}}`} ${value}`);
    }
    return `${lines.join('\n')}\n`;
  }

  private valuesOf(name: MetricName): Map<string, number> {
    return this.families.get(name)?.values ?? new Map<string, number>();
  }
}
