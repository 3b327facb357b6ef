import { findingsOf } from '../../src/diagnose/findings.ts';
import { walkFindings } from '../../src/diagnose/walk-findings.ts';
import { explainText } from '../../src/diagnose/explain.ts';
import { checkCodes } from '../../src/model/check-codes.ts';
import { checkKinds, type Check, type CheckId, type Facts } from '../../src/model/check.ts';
import type { Finding } from '../../src/model/finding.ts';
import { normalImage, parseImageRef } from '../../src/model/image-ref.ts';
import type { OpenPull } from '../../src/model/report.ts';
import type { HostWalk, Walk } from '../../src/model/walk.ts';

/** When the walks of the tests were made, and when their failures were. */
export const walkedAt = 1_000_000;

/** A check with a code of a failure, of a skip, or none for a pass. */
export const sampleCheck = (id: CheckId, code: string | null = null, facts: Facts = {}): Check => {
  const skips = code !== null && Object.hasOwn(checkCodes, code) && checkCodes[code as 'waits-for'].cause === null;
  const outcome = code === null ? 'pass' : skips ? 'skip' : 'fail';
  return { id, stage: checkKinds[id].stage, outcome, code, ms: 10, facts, detail: `${id} ${code ?? 'ok'}` };
};

const path: CheckId[] = [
  ...(['dns.resolve', 'tcp.connect', 'tls.handshake', 'tls.chain', 'registry.ping'] as const),
  ...(['registry.token', 'registry.manifest', 'registry.platform', 'registry.blob'] as const),
];

/** A host whose path passes up to the given check, which fails so; all after it wait. Without one all passes. */
export const sampleHost = (
  host: string,
  failing: { id: CheckId; code: string; facts?: Facts } | null = null,
  role: HostWalk['role'] = 'upstream',
): HostWalk => {
  const at = failing === null ? path.length : path.indexOf(failing.id);
  const checks = path.map((id, index): Check => {
    if (index < at) return sampleCheck(id);
    if (index === at && failing !== null) return sampleCheck(id, failing.code, failing.facts);
    return { ...sampleCheck(id, 'waits-for'), waitsFor: failing?.id ?? id };
  });
  return { host, role, url: `https://${host}/v2`, source: 'default', checks };
};

/** The node's own checks, all well. */
export const soundNode: Check[] = [
  sampleCheck('config.hosts-toml'),
  sampleCheck('node.clock'),
  sampleCheck('node.disk'),
];

/** A walk with the findings that the walk's own rules make of it. */
export const sampleWalk = (
  target: string,
  hosts: HostWalk[],
  { checks = soundNode, startedAt = walkedAt }: { checks?: Check[]; startedAt?: number } = {},
): Walk => {
  const parsed = parseImageRef(target);
  const isImage = parsed.ok && target.includes('/');
  const registry = isImage ? parsed.ref.registry : target;
  const walked = { target, ...(isImage ? { image: normalImage(target) } : {}), registry, hosts, checks };
  return { ...walked, findings: walkFindings({ ...walked, node: 'node-1' }), startedAt, ms: 500 };
};

/** The finding of a pull that failed with this text before the walks were made. */
export const sampleFinding = (message: string, given: Partial<OpenPull> = {}): Finding => {
  const image = given.image ?? 'reg.test/team/api:1';
  const { cause } = explainText(message, { image });
  const times = { firstSeen: walkedAt - 60_000, lastSeen: walkedAt - 1_000, nextAttemptAt: walkedAt + 20_000 };
  const pull: OpenPull = {
    ...{ namespace: 'prod', pod: 'api-1', podUid: 'u', container: 'api', reason: 'ErrImagePull', attempts: 2 },
    ...{ image, textCause: cause, message, ...times },
    ...given,
  };
  const [finding] = findingsOf({ uid: 'uid', name: 'node-1' }, [{ pull, missingSecret: null }]);
  if (finding === undefined) throw new Error('no finding');
  return finding;
};

const resolve = 'failed to pull and unpack image "reg.test/team/api:1": failed to resolve image: ';
const request = `${resolve}failed to do request: Head "https://reg.test/v2/team/api/manifests/1": `;

/** Texts of real pulls, by the cause that they alone tell. */
export const pullTexts = {
  'dns-failure': `${request}dial tcp: lookup reg.test on 10.0.0.2:53: no such host`,
  'network-timeout': `${request}dial tcp 192.0.2.1:443: i/o timeout`,
  'network-unreachable': `${request}dial tcp 192.0.2.1:443: connect: connection refused`,
  'connection-reset': `${request}EOF`,
  'proxy-failure': `${request}proxyconnect tcp: dial tcp 192.0.2.9:3128: connect: connection refused`,
  'tls-expired': `${request}tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-21T22:41:54Z is after 2026-11-19T22:37:34Z`,
  'tls-unknown-authority': `${request}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
  'plain-http': `${request}http: server gave HTTP response to HTTPS client`,
  'tag-not-found': `rpc error: code = NotFound desc = ${resolve}reg.test/team/api:1: not found`,
  'unsupported-manifest':
    'rpc error: code = NotFound desc = get image config descriptor: unexpected media type text/html for sha256:9c46851c0f5d6f11: not found',
  'auth-required': `${resolve}pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`,
  'auth-denied': `${resolve}failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://reg.test/token: 401 Unauthorized`,
  'rate-limited': `${resolve}unexpected status from HEAD request to https://reg.test/v2/team/api/manifests/1: 429 Too Many Requests`,
  'registry-error': `${resolve}unexpected status from HEAD request to https://reg.test/v2/team/api/manifests/1: 503 Service Unavailable`,
  'mirror-failure': `${resolve}failed to do request: Head "https://mirror.test/v2/team/api/manifests/1?ns=reg.test": dial tcp 192.0.2.7:443: connect: connection refused`,
  'disk-full':
    'failed to pull and unpack image "reg.test/team/api:1": failed to copy: write /var/lib/containerd/x/data: no space left on device',
} as const;
