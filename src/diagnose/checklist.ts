import type { Cause } from '../model/cause.ts';
import type { ChecklistItem } from '../model/finding.ts';

/** Whether the pull went with credentials, as far as its text shows. */
export type SentCredentials = 'yes' | 'no' | 'unknown';

type Answer = ChecklistItem['answer'];
type Known = Partial<Record<ChecklistItem['question'], [Answer, string]>>;

const numbers = [1, 2, 3, 4, 5, 6] as const;

/** The six questions that on-call people ask, in their order. */
export const questions: Record<ChecklistItem['question'], string> = {
  1: 'Does the image exist?',
  2: 'Can this node pull it?',
  3: 'Is the registry private?',
  4: 'Does the pull secret exist?',
  5: 'Is the pull secret attached?',
  6: 'Can the node reach the registry?',
};

const answered: Known = { 6: ['yes', 'the registry answered'] };
const served: Known = { 1: ['yes', 'the registry served its manifest'], 6: ['yes', 'the registry answered'] };
const unreached = (why: string): Known => ({ 6: ['no', why] });

/** What a cause tells of the six; what it leaves out is unknown. */
const known: Record<Cause, Known> = {
  'image-name-invalid': { 1: ['no', 'the name does not parse'] },
  'never-pull': { 2: ['no', 'the pull policy is Never and the image is not on the node'] },
  'image-not-found': { 1: ['no', 'the registry has no such repository'], ...answered },
  'tag-not-found': { 1: ['no', 'the registry has no such tag or digest'], ...answered },
  'platform-mismatch': { 1: ['yes', "it exists, but not for this node's platform"], ...answered },
  'unsupported-manifest': { 1: ['yes', 'something is served under this name'], ...answered },
  'auth-required': { 3: ['yes', 'the registry asked for credentials'], ...answered },
  'auth-denied': { 3: ['yes', 'the registry refused access'], ...answered },
  'secret-problem': { 4: ['no', 'the kubelet could not use it'], 5: ['yes', 'the pod names it'] },
  'credential-provider': { 3: ['yes', "it needs the node's credential provider"] },
  'rate-limited': answered,
  'registry-error': { 6: ['yes', 'it answers, with an error'] },
  'not-a-registry': unreached('what answers is not a registry'),
  'dns-failure': unreached('its name does not resolve'),
  'network-unreachable': unreached('no connection opens'),
  'network-timeout': unreached('it does not answer in time'),
  'connection-reset': unreached('the connection is cut'),
  'proxy-failure': unreached('the proxy on the way fails'),
  'tls-unknown-authority': unreached('the TLS handshake fails: unknown CA'),
  'tls-name-mismatch': unreached('the TLS handshake fails: certificate for other names'),
  'tls-expired': unreached('the TLS handshake fails: certificate dates'),
  'clock-skew': unreached("the TLS handshake fails: the node's clock is wrong"),
  'tls-handshake': unreached('the TLS handshake fails'),
  'plain-http': unreached('one side speaks HTTP, the other HTTPS'),
  'redirect-blocked': {
    1: ['yes', 'the registry served its manifest'],
    6: ['no', 'the registry answers, the host of its blobs does not'],
  },
  'mirror-failure': {},
  'hosts-config-invalid': unreached("the runtime's settings stop it before it asks"),
  'disk-full': served,
  'disk-io': {},
  'content-corrupt': served,
  'user-or-id-mapping': served,
  snapshotter: {},
  'runtime-unavailable': {},
  'pull-cancelled': {},
  'pull-qps-exceeded': {},
  'signature-policy': {},
  'backoff-only': {},
  other: {},
  'not-a-pull-failure': {},
};

const credentials: Record<SentCredentials, Known> = {
  yes: { 4: ['yes', 'credentials were sent'], 5: ['yes', 'credentials were sent'] },
  no: { 5: ['no', 'no credentials were sent for this registry'] },
  unknown: {},
};

/** The six questions, answered from the cause and what the text shows of credentials; what it does not show is `unknown`. */
export const checklistFor = (cause: Cause, also: Cause[], sent: SentCredentials): ChecklistItem[] => {
  const failed: Known = cause === 'not-a-pull-failure' ? {} : { 2: ['no', 'this pull failed'] };
  const facts: Known = { ...failed, ...credentials[sent], ...known[cause] };
  return numbers.map(question => {
    const [answer, why] = facts[question] ?? ['unknown', 'the text does not show it'];
    // What another possible cause would answer otherwise is not known.
    const doubts = also.filter(other => (known[other][question]?.[0] ?? answer) !== answer);
    return answer !== 'unknown' && doubts.length > 0 && question !== 2
      ? { question, answer: 'unknown', why: `${why}, unless it is ${doubts.join(' or ')}` }
      : { question, answer, why };
  });
};
