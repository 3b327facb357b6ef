import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { Cluster } from '../../src/aggregator/cluster.ts';
import { buildServer, type ServerParts } from '../../src/aggregator/server.ts';
import { noWorkloads } from '../../src/aggregator/workload/checker.ts';
import { noPolicies } from '../../src/aggregator/workload/policies.ts';
import { digestOf, type Digest } from '../../src/aggregator/store/digest.ts';
import { openStore, type Store } from '../../src/aggregator/store/store.ts';
import type { Log } from '../../src/lib/log.ts';
import type { Check } from '../../src/model/check.ts';
import type { Finding, FindingPod } from '../../src/model/finding.ts';
import type { FullReport, Heartbeat, Report } from '../../src/model/report.ts';
import type { ReportAnswer } from '../../src/wire/api.ts';

type Teardown = { teardown: (run: () => unknown) => void };

/** A directory that is gone after the test. */
export const temporaryDirectory = (t: Teardown): string => {
  const path = mkdtempSync(join(tmpdir(), 'pullpath-test-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
};

export const samplePod = (given: Partial<FindingPod> = {}): FindingPod => ({
  namespace: 'prod',
  pod: 'api-1',
  podUid: null,
  container: 'api',
  attempts: 3,
  firstSeen: 1000,
  lastSeen: 2000,
  nextAttemptAt: null,
  ...given,
});

export const sampleFinding = (given: Partial<Finding> = {}): Finding => ({
  id: 'f-1',
  severity: 'error',
  cause: 'dns-failure',
  also: [],
  stage: 'dns',
  owner: 'network',
  retry: 'heals',
  image: 'reg.example/team/api:1',
  registry: 'reg.example',
  host: 'reg.example',
  title: 'reg.example does not resolve',
  checklist: [{ question: 6, answer: 'no', why: 'the name does not resolve' }],
  fix: [{ say: 'Ask the name server', run: 'dig reg.example' }],
  textCause: 'dns-failure',
  message: 'dial tcp: lookup reg.example: no such host',
  pods: [samplePod()],
  firstSeen: 1000,
  lastSeen: 2000,
  ...given,
});

type Who = { name?: string; uid?: string; boot?: string; seq?: number };

const head = ({
  name = 'node-1',
  uid = `uid-of-${name}`,
  boot = 'boot-1',
  seq = 1,
}: Who): Omit<Heartbeat, 'kind' | 'fullSeq'> => ({
  schema: 'pullpath.report/1',
  node: { name, uid, bootId: boot },
  seq,
  sentAt: 1000,
  agent: { version: '0.1.0' },
  dropped: { reports: 0, lines: 0, pulls: 0 },
});

const wellCheck = (id: string): Check => ({ id, stage: 'runtime', outcome: 'pass', code: null, ms: 1, detail: 'well' });

/** A full report of a node that is well, but for what is given. */
export const sampleFull = (who: Who = {}, state: Partial<FullReport> = {}): FullReport => ({
  ...head(who),
  kind: 'full',
  runtime: { name: 'containerd', version: '1.7.24', apiVersion: 'v1' },
  checks: ['runtime.cri', 'node.journal'].map(wellCheck),
  pulls: [],
  findings: [],
  retries: [],
  ...state,
});

export const sampleHeartbeat = (who: Who, fullSeq: number): Heartbeat => ({ ...head(who), kind: 'heartbeat', fullSeq });

/** A store on a real file. */
export const temporaryStore = (t: Teardown): Store => {
  const store = openStore(temporaryDirectory(t));
  t.teardown(() => store.close());
  return store;
};

/** A report, posted as it is, as it is taken into a store. */
export const sampleDigest = (report: Report, at: number, isGzip = false): Digest => {
  const text = JSON.stringify(report);
  const bytes = Buffer.from(text);
  return digestOf(report, { at, text, body: { bytes: isGzip ? gzipSync(bytes) : bytes, isGzip } });
};

/** Stores a report that came at a moment. */
export const accept = (store: Pick<Store, 'accept'>, report: Report, at: number): Promise<ReportAnswer> =>
  store.accept(sampleDigest(report, at));

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A server that does not listen, on a store of its own, with a clock that the test sets. */
export const sampleServer = (
  t: Teardown,
  given: Partial<Pick<ServerParts, 'auth' | 'log' | 'store' | 'checkWorkloads' | 'tellPolicies' | 'isProxied'>> = {},
): { app: FastifyInstance; store: Store; cluster: Cluster; clock: { now: number } } => {
  const clock = { now: 1_000_000 };
  const { auth = { kind: 'none' }, log = silentLog, store = temporaryStore(t), checkWorkloads = noWorkloads } = given;
  const { tellPolicies = noPolicies, isProxied = false } = given;
  const staleAfterMs = 120_000;
  const cluster = new Cluster({ store, staleAfterMs });
  const app = buildServer({
    store,
    cluster,
    log,
    auth,
    staleAfterMs,
    now: () => clock.now,
    checkWorkloads,
    tellPolicies,
    isProxied,
  });
  t.teardown(() => app.close());
  return { app, store, cluster, clock };
};

/** Posts a report and gives the status and the body. */
export const postReport = async (app: FastifyInstance, report: unknown): Promise<{ status: number; body: unknown }> => {
  const response = await app.inject({
    method: 'POST',
    url: '/v1/reports',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(report),
  });
  return { status: response.statusCode, body: response.json() };
};

/** Gets a path and gives the status and the body, which must be as the schema says. */
export const getJson = async <Body>(
  app: FastifyInstance,
  url: string,
  schema: v.GenericSchema<unknown, Body>,
): Promise<{ status: number; body: Body }> => {
  const response = await app.inject({ method: 'GET', url });
  return { status: response.statusCode, body: v.parse(schema, response.json()) };
};

/** Gets a path and gives the status and the body as it is. */
export const getAny = (app: FastifyInstance, url: string): Promise<{ status: number; body: unknown }> =>
  getJson(app, url, v.unknown());
