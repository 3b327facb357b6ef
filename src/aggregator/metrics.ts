import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { version } from '../lib/version.ts';
import { nodeStatuses } from '../wire/api.ts';
import type { Cluster } from './cluster.ts';
import type { Streams } from './streams.ts';
import type { AskedAt } from './store/read-nodes.ts';
import type { Store } from './store/store.ts';

/** The aggregator's own metrics and those it computes from its store. */
export type Metrics = {
  /** Counts an answered report; the outcome is `stored`, `repeated` or the code of the refusal. */
  countReport: (outcome: string, seconds: number) => void;
  countResync: () => void;
  contentType: string;
  /** The text of one scrape. */
  scrape: () => Promise<string>;
};

/** Registries come from reports: beyond so many they share a label, or one bad agent could fill a Prometheus. */
const maxRegistries = 200;

const processMetrics = (registers: Registry[]): void => {
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory of this process.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'User and system time of this process.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
};

type Measured = { store: Store; cluster: Cluster; streams: Streams; askedAt: () => AskedAt };

const storeMetrics = (registers: Registry[], { store, cluster, streams, askedAt }: Measured): void => {
  new Gauge({
    name: 'pullpath_nodes',
    help: 'Nodes by status.',
    labelNames: ['status'],
    registers,
    async collect() {
      const counts = await store.statusCounts(askedAt());
      for (const status of nodeStatuses) this.set({ status }, counts.get(status) ?? 0);
    },
  });
  new Gauge({
    name: 'pullpath_findings',
    help: 'Open findings by cause, registry and how far what they tell of reaches; an empty registry is none.',
    labelNames: ['cause', 'registry', 'scope'],
    registers,
    async collect() {
      const counts = await cluster.findingCounts(askedAt().now);
      const named = new Set<string>();
      this.reset();
      for (const { cause, registry, scope, count } of counts.sort((a, b) => b.count - a.count)) {
        const name = registry ?? '';
        if (named.size < maxRegistries) named.add(name);
        this.inc({ cause, scope, registry: named.has(name) ? name : 'others' }, count);
      }
    },
  });
  new Gauge({
    name: 'pullpath_incidents',
    help: 'Open incidents by cause and scope.',
    labelNames: ['cause', 'scope'],
    registers,
    async collect() {
      const open = await cluster.openIncidents();
      this.reset();
      for (const { cause, scope } of open) this.inc({ cause, scope: scope.kind });
    },
  });
  new Gauge({
    name: 'pullpath_streams',
    help: 'Open event streams.',
    registers,
    collect() {
      this.set(streams.count);
    },
  });
};

/** Builds the metrics on a registry of their own. */
export const createMetrics = (measured: Measured): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({ name: 'pullpath_build_info', help: 'The running version.', labelNames: ['version'], registers }).set(
    { version },
    1,
  );
  const reports = new Counter({
    name: 'pullpath_reports_total',
    help: 'Reports by what became of them: stored, repeated, or the code of the refusal.',
    labelNames: ['outcome'],
    registers,
  });
  const resyncs = new Counter({
    name: 'pullpath_resyncs_total',
    help: 'Heartbeats answered by asking for a full report.',
    registers,
  });
  const duration = new Histogram({
    name: 'pullpath_ingest_duration_seconds',
    help: 'From the headers of a report to its answer.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  storeMetrics(registers, measured);
  processMetrics(registers);
  return {
    countReport: (outcome, seconds) => {
      reports.inc({ outcome });
      duration.observe(seconds);
    },
    countResync: () => resyncs.inc(),
    contentType: registry.contentType,
    scrape: () => registry.metrics(),
  };
};
