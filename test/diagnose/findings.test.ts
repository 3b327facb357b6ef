import t from 'tap';
import * as v from 'valibot';
import { findingsOf, runtimeFinding, type ExplanationMemo, type FindingSource } from '../../src/diagnose/findings.ts';
import type { OpenPull } from '../../src/model/report.ts';
import { findingSchema } from '../../src/wire/finding-schema.ts';

const node = { uid: 'u', name: 'node-17' };
const denied =
  'failed to pull and unpack image "auth.lab.test/team/api:1.4.2": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials';

const source = (more: Partial<OpenPull>, missingSecret: string | null = null): FindingSource => ({
  pull: {
    ...{ image: 'auth.lab.test/team/api:1.4.2', namespace: 'default', pod: 'web', podUid: 'u', container: 'app' },
    ...{
      reason: 'ErrImagePull',
      textCause: 'auth-required',
      message: denied,
      attempts: 2,
      firstSeen: 10,
      lastSeen: 20,
    },
    nextAttemptAt: 30,
    ...more,
  },
  missingSecret,
});

t.test('pods that fail on one image for one cause share a finding', t => {
  const findings = findingsOf(node, [
    source({ pod: 'a', firstSeen: 5 }),
    source({ pod: 'b', lastSeen: 50 }),
    source({ pod: 'c', textCause: 'auth-denied' }),
    source({ pod: 'd', image: 'auth.lab.test/team/other:1' }),
  ]);
  t.same(
    findings.map(finding => [finding.cause, finding.pods.map(pod => pod.pod).join()]),
    [
      ['auth-required', 'a,b'],
      ['auth-denied', 'c'],
      ['auth-required', 'd'],
    ],
  );
  t.match(findings[0], { firstSeen: 5, lastSeen: 50, severity: 'error', registry: 'auth.lab.test', message: denied });
  t.equal(new Set(findings.map(finding => finding.id)).size, 3);
  t.end();
});

t.test('an id is the same for the same node, image and cause, however the image is written', t => {
  const idOf = (uid: string, more: Partial<OpenPull>): string | undefined =>
    findingsOf({ uid, name: 'n' }, [source(more)])[0]?.id;
  const id = idOf('node', { image: 'nginx' });
  t.equal(idOf('node', { image: 'docker.io/library/nginx:latest', pod: 'z', attempts: 9, message: 'x' }), id);
  t.not(idOf('other', { image: 'nginx' }), id);
  t.not(idOf('node', { image: 'nginx:1' }), id);
  t.not(idOf('node', { image: 'nginx', textCause: 'auth-denied' }), id);
  t.match(id, /^f-[0-9a-f]{16}$/);
  t.end();
});

t.test('a registry that wants a log-in and a secret that is missing are one fault, the secret', t => {
  const missing = 'secret "regcred" not found';
  const [withSecret, without] = findingsOf(node, [source({ pod: 'a' }, missing), source({ pod: 'b' })]);
  t.match(withSecret, { cause: 'secret-problem', textCause: 'auth-required', owner: 'credentials', retry: 'never' });
  t.match(without, { cause: 'auth-required', textCause: 'auth-required' });
  t.match(withSecret?.checklist, [{}, {}, {}, { question: 4, answer: 'no' }, { question: 5, answer: 'yes' }, {}]);
  t.match(withSecret, { registry: 'auth.lab.test', title: /pull secret/ });
  t.ok(withSecret?.fix.some(step => step.run?.includes('create secret docker-registry')));
  const [unrelated] = findingsOf(node, [source({ textCause: 'dns-failure' }, missing)]);
  t.equal(unrelated?.cause, 'dns-failure', 'but no other failure is the secret’s fault');
  t.end();
});

t.test('the kubelet’s lines tell who has to do what about credentials', t => {
  const of = (more: Partial<FindingSource['pull']>, failedCredentials: string | null = null) =>
    findingsOf(node, [{ ...source(more), failedCredentials }])[0];
  t.match(of({ hadCredentials: true }), { cause: 'auth-denied', textCause: 'auth-required', also: [] });
  t.match(of({ hadCredentials: true })?.checklist, [{}, {}, {}, { answer: 'yes' }, { answer: 'yes' }, {}]);
  t.match(of({ hadCredentials: false }), { cause: 'auth-required', also: [] });
  t.match(of({ hadCredentials: false })?.checklist, [{}, {}, {}, {}, { answer: 'no' }, {}]);
  t.match(of({}, 'exit status 1'), { cause: 'credential-provider', textCause: 'auth-required', owner: 'node' });
  t.match(of({ textCause: 'dns-failure' }, 'exit status 1'), { cause: 'dns-failure' });
  t.end();
});

t.test('an image’s trouble on the way is one finding, whose id stays when its cause is better known', t => {
  const dial = 'failed to do request: Head "https://auth.lab.test/v2/": dial tcp: lookup auth.lab.test: no such host';
  const slow = 'failed to do request: Head "https://auth.lab.test/v2/": dial tcp 192.0.2.1:443: i/o timeout';
  const waits = source({ pod: 'a', textCause: 'backoff-only', message: '' });
  const [before] = findingsOf(node, [waits]);
  const findings = findingsOf(node, [
    waits,
    source({ pod: 'b', textCause: 'dns-failure', message: dial }),
    source({ pod: 'c', textCause: 'network-timeout', message: slow }),
  ]);
  t.match(findings, [{ cause: 'dns-failure', textCause: 'dns-failure', message: dial, pods: [{}, {}, {}] }]);
  t.equal(findings[0]?.id, before?.id);
  t.end();
});

t.test('a pull of which only the back-off is known is said to be just that', t => {
  const [finding] = findingsOf(node, [source({ textCause: 'backoff-only', message: '', image: 'nginx' })]);
  t.match(finding, { cause: 'backoff-only', image: 'nginx', stage: null });
  t.end();
});

t.test('pulls whose image no line named are kept apart by pod', t => {
  const findings = findingsOf(node, [source({ image: '', pod: 'a' }), source({ image: '', pod: 'b' })]);
  t.same(
    findings.map(finding => [finding.image, finding.pods.length]),
    [
      [null, 1],
      [null, 1],
    ],
  );
  t.end();
});

t.test('the kubelet’s own rate limit is a warning', t => {
  const [finding] = findingsOf(node, [source({ textCause: 'pull-qps-exceeded', message: 'pull QPS exceeded' })]);
  t.equal(finding?.severity, 'warning');
  t.end();
});

t.test('a runtime that does not answer is a finding of its own', t => {
  const message = 'rpc error: code = Unavailable desc = No connection established. Last error: connect ENOENT /x.sock';
  const finding = runtimeFinding(node, message, { since: 5, now: 9 });
  t.match(finding, { cause: 'runtime-unavailable', owner: 'runtime', firstSeen: 5, lastSeen: 9, pods: [], message });
  t.match(finding, { title: /node-17/, image: null, also: [] });
  t.equal(runtimeFinding(node, 'other words', { since: 6, now: 7 }).id, finding.id);
  t.end();
});

t.test('a pull that no rule can explain is a failed pull all the same', t => {
  const [finding] = findingsOf(node, [source({ textCause: 'other', message: 'something else went wrong' })]);
  t.match(finding, { cause: 'other', image: 'auth.lab.test/team/api:1.4.2', registry: 'auth.lab.test' });
  t.notMatch(finding?.title, 'not a failed image pull');
  t.end();
});

t.test('what was explained before is not read again, and what is closed is forgotten', t => {
  const memo: ExplanationMemo = new Map();
  const [first] = findingsOf(node, [source({}), source({ image: 'x.test/other:1' })], memo);
  t.equal(memo.size, 2);
  const [again] = findingsOf(node, [source({ attempts: 9 })], memo);
  t.equal(again?.fix, first?.fix, 'the very same');
  t.equal(again?.pods[0]?.attempts, 9);
  t.equal(memo.size, 1);
  const [other] = findingsOf(node, [source({ message: `${denied} again` })], memo);
  t.not(other?.fix, first?.fix, 'another text is');
  t.end();
});

t.test('a finding holds what the API knows, and no more', t => {
  const [finding] = findingsOf(node, [source({})]);
  t.same(v.parse(v.strictObject(findingSchema.entries), finding), finding);
  t.end();
});

t.test('no failure, no finding', t => {
  t.same(findingsOf(node, []), []);
  t.end();
});
