import { checkKinds, type ReportedCheck } from '../src/model/check.ts';
import type { Finding } from '../src/model/finding.ts';
import type { FullReport, Heartbeat } from '../src/model/report.ts';

/** The one that goes down. */
export const downRegistry = 'reg.corp.example';
const registries = Array.from({ length: 20 }, (_, index) => (index === 0 ? downRegistry : `reg-${index}.example`));
const steps = [
  ...['config.hosts-toml', 'config.ca-files', 'config.proxy', 'dns.nameserver', 'dns.resolve', 'tcp.connect'],
  ...['tls.handshake', 'tls.chain', 'registry.ping', 'registry.token', 'registry.manifest', 'registry.blob'],
] as const;

const nodeChecks = ['runtime.cri', 'node.disk', 'node.clock'] as const;

/** 20 registries with twelve checks each, of which the first one's connections fail. Their times are the walk's, never twice the same. */
const checksOf = (down: boolean, now: number): ReportedCheck[] => [
  ...nodeChecks.map((id): ReportedCheck => ({
    id,
    stage: checkKinds[id].stage,
    outcome: 'pass',
    code: null,
    ms: 1,
    detail: 'well',
  })),
  ...registries.flatMap((registry, index) =>
    steps.map((id, step): ReportedCheck => {
      const fails = down && index === 0 && id === 'tcp.connect';
      return {
        ...{ id, stage: checkKinds[id].stage, outcome: fails ? 'fail' : 'pass' },
        ...{ code: fails ? 'connection-refused' : null, ms: ((now + step * 7) % 400) / 10 },
        ...{ detail: `${registry} answered on 10.0.0.${index}:443`, registry, host: registry, role: 'upstream' },
        at: now - index * 40 - step,
        facts: { address: `10.0.0.${index}`, port: 443, protocol: 'TLSv1.3' },
      };
    }),
  ),
];

const hash = (index: number): string => index.toString(16).padStart(64, '0');

const findingOf = (node: number, image: number, now: number): Finding => ({
  ...{
    id: `f-${node}-${image}`,
    severity: 'error',
    cause: 'connection-reset',
    also: [],
    stage: 'tcp',
    owner: 'network',
  },
  ...{
    retry: 'heals',
    image: `reg.corp.example/team/api-${image}:v1`,
    registry: 'reg.corp.example',
    host: 'reg.corp.example',
  },
  title: 'reg.corp.example refuses connections on port 443',
  checklist: [1, 2, 3, 4, 5, 6].map(question => ({
    ...{ question: question as 1, answer: 'yes' as const, why: 'reg.corp.example resolves to 10.0.0.7' },
  })),
  fix: [{ say: 'See whether the registry runs', run: 'curl -v https://reg.corp.example/v2/' }],
  textCause: 'connection-reset',
  message: `failed to pull image "reg.corp.example/team/api-${image}:v1": dial tcp 10.0.0.7:443: connect: connection refused`,
  pods: [1, 2].map(pod => ({
    ...{ namespace: 'prod', pod: `api-${image}-${node}-${pod}`, podUid: null, container: 'api', attempts: 3 },
    ...{ firstSeen: now, lastSeen: now, nextAttemptAt: now + 10_000 },
  })),
  ...{ firstSeen: now, lastSeen: now },
});

/** A report of a simulated node, in size and shape as an agent's: 243 checks of 20 registries, and five findings where one of these is down. */
export const reportOf = (node: number, seq: number, kind: 'well' | 'down' | number): FullReport | Heartbeat => {
  const now = Date.now();
  const head = {
    schema: 'pullpath.report/1' as const,
    node: { name: `node-${node}`, uid: `00000000-0000-4000-8000-${String(node).padStart(12, '0')}`, bootId: 'boot-1' },
    ...{ seq, sentAt: now, agent: { version: '0.1.0' }, dropped: { reports: 0, lines: 0, pulls: 0 } },
  };
  if (typeof kind === 'number') return { ...head, kind: 'heartbeat', fullSeq: kind };
  return {
    ...head,
    kind: 'full',
    runtime: { name: 'containerd', version: '2.1.9', apiVersion: 'v1' },
    kubelet: { version: 'v1.36.2' },
    fingerprint: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`hosts.toml:${index}`, hash(index)])),
    traits: { zone: `zone-${node % 3}`, nodePool: `pool-${node % 7}`, subnet: `10.${node % 200}.0.0/16` },
    checks: checksOf(kind === 'down', now),
    pulls: [],
    findings: kind === 'down' ? [1, 2, 3, 4, 5].map(image => findingOf(node, image, now)) : [],
    retries: [],
    pulled: registries.map((registry, index) => ({
      image: `${registry}/team/app-${node % 50}:v1`,
      at: now - index * 60_000,
    })),
  };
};
