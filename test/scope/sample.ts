import type { CheckCode } from '../../src/model/check-codes.ts';
import { checkCodes } from '../../src/model/check-codes.ts';
import { causeFacts, type Cause, type Stage } from '../../src/model/cause.ts';
import type { ReportedCheck } from '../../src/model/check.ts';
import type { NodeInput } from '../../src/scope/node-evidence.ts';

const check = (id: string, stage: Stage, part: Partial<ReportedCheck>): ReportedCheck => ({
  ...{ id, stage, outcome: 'pass', code: null, ms: 1, detail: '' },
  ...part,
});

const steps: readonly (readonly [id: string, stage: Stage])[] = [
  ['dns.resolve', 'dns'],
  ['tcp.connect', 'tcp'],
  ['tls.handshake', 'tls'],
  ['tls.chain', 'tls'],
  ['registry.ping', 'registry'],
  ['registry.token', 'auth'],
];

const failsAt: Partial<Record<Cause, string>> = {
  'dns-failure': 'dns.resolve',
  'network-timeout': 'tcp.connect',
  'network-unreachable': 'tcp.connect',
  'tls-unknown-authority': 'tls.chain',
  'tls-expired': 'tls.chain',
  'registry-error': 'registry.ping',
  'rate-limited': 'registry.ping',
};

/** The checks of one host as the agent's walk reports them: all pass, or one fails and the rest wait for it. */
export const wayTo = (
  registry: string,
  code: CheckCode | null = null,
  host = registry,
  role: 'mirror' | 'upstream' = 'upstream',
): ReportedCheck[] => {
  const cause = code === null ? null : checkCodes[code].cause;
  const broken = cause === null ? undefined : failsAt[cause];
  let before = true;
  return steps.map(([id, stage]) => {
    const place = { registry, host, role };
    if (id === broken) {
      before = false;
      return check(id, stage, { ...place, outcome: 'fail', code });
    }
    return before
      ? check(id, stage, place)
      : check(id, stage, { ...place, outcome: 'skip', code: 'waits-for', waitsFor: broken ?? '' });
  });
};

/** A check of the node itself. */
export const nodeCheck = (id: string, stage: Stage, code: CheckCode | null): ReportedCheck =>
  check(id, stage, code === null ? {} : { outcome: 'fail', code });

/** An open finding of a node. */
export const findingOn = (
  cause: Cause,
  part: Partial<NodeInput['findings'][number]> = {},
): NodeInput['findings'][number] => ({
  ...{ id: `f-${cause}`, cause, also: [], ...causeFacts(cause), image: null, registry: null, host: null },
  ...{ severity: 'error', title: '', checklist: [], fix: [], textCause: cause, message: '' },
  ...{ pods: [], firstSeen: 0, lastSeen: 0, openedAt: 1000 },
  ...part,
});

/** The failed pull of an image, with one container that waits. */
export const imageOn = (
  node: string,
  image: string,
  cause: Cause,
  part: Partial<NodeInput['findings'][number]> = {},
): NodeInput['findings'][number] =>
  findingOn(cause, {
    ...{ id: `f-${node}-${image}`, image, registry: image.split('/')[0] ?? null },
    pods: [
      {
        ...{ namespace: 'default', pod: `web-${node}`, podUid: null, container: 'app' },
        ...{ attempts: 2, firstSeen: 0, lastSeen: 0, nextAttemptAt: null },
      },
    ],
    ...part,
  });

type Part = Partial<NodeInput['state']> & Partial<Pick<NodeInput, 'findings' | 'labels' | 'heard'>>;

/** What is known of a node; its uid is its name with `uid-` before it. */
export const nodeInput = (
  name: string,
  { findings = [], labels = {}, heard = { sentAt: 1e12, at: 1e12 }, ...state }: Part = {},
): NodeInput => ({
  ...{ uid: `uid-${name}`, name, findings, labels, heard },
  state: { runtime: null, checks: [], pulls: [], retries: [], ...state },
});
