import { fc } from '../house/property.ts';
import t from 'tap';
import { PullLedger, type LedgerState } from '../../src/diagnose/pull-ledger.ts';
import { weightier } from '../../src/diagnose/pull-notes.ts';
import { limits } from '../../src/model/limits.ts';
import type { PullEvent } from '../../src/model/pull-event.ts';

type PodFailed = Extract<PullEvent, { kind: 'pod-failed' }>;

const image = 'good.lab.test/app:v9';
const notFound = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`;
const noHost = `failed to pull and unpack image "${image}": failed to resolve image: failed to do request: Head "https://good.lab.test/v2/app/manifests/v9": dial tcp: lookup good.lab.test on 127.0.0.1:53: no such host`;
const who = { namespace: 'default', pod: 'web', podUid: 'u1', container: 'app' };

const failed = (seconds: number, more: Partial<PodFailed> = {}): PodFailed => ({
  ...{ kind: 'pod-failed', at: seconds * 1000, who, reason: 'ErrImagePull', image, message: notFound },
  ...more,
});
const waiting = (seconds: number, more: Partial<PodFailed> = {}): PodFailed =>
  failed(seconds, { reason: 'ImagePullBackOff', ...more });
const ledgerAfter = (...events: PullEvent[]): PullLedger => {
  const ledger = new PullLedger();
  for (const event of events) ledger.apply(event);
  return ledger;
};

t.test('attempts are counted once, and back-off lines are none', t => {
  // As a real kubelet logged it (1.36.2): three lines within milliseconds are one attempt.
  const ledger = ledgerAfter(failed(12), failed(12.01), waiting(13), failed(25), waiting(39), failed(52), waiting(63));
  t.match(ledger.open(), [
    { image, attempts: 3, textCause: 'tag-not-found', firstSeen: 12_000, lastSeen: 63_000, reason: 'ImagePullBackOff' },
  ]);
  t.equal(ledger.open()[0]?.nextAttemptAt, 92_000, 'third failure and 40 s');
  t.end();
});

t.test('each change says how weighty it is', t => {
  const ledger = new PullLedger();
  t.equal(ledger.apply(failed(12)), 'changed');
  t.equal(ledger.apply(waiting(13)), 'seen');
  t.equal(ledger.apply(failed(25)), 'attempt');
  t.equal(ledger.apply(failed(50, { message: noHost })), 'changed', 'another cause');
  t.equal(ledger.apply({ kind: 'image-pulled', at: 51_000, image }), 'pulled');
  t.equal(ledger.open().length, 1, 'an image alone closes nothing');
  t.equal(ledger.apply({ kind: 'pod-started', at: 60_000, namespace: 'default', pod: 'web' }), 'changed');
  t.equal(ledger.apply({ kind: 'pod-started', at: 61_000, namespace: 'default', pod: 'web' }), 'none');
  t.equal(weightier('seen', 'none'), 'seen');
  t.equal(weightier('seen', 'pulled'), 'seen');
  t.end();
});

t.test('the first real cause stays while lines follow that say less', t => {
  const cases: [string, Partial<PodFailed>][] = [
    ['a back-off line without a cause (before 1.32)', { reason: 'ImagePullBackOff', message: null }],
    ['the kubelet’s own rate limit', { message: 'pull QPS exceeded' }],
    ['a cancelled pull', { message: 'rpc error: code = Canceled desc = context canceled' }],
    ['the same cause in other words', { message: notFound.replace('rpc error: code = NotFound desc = ', '') }],
  ];
  for (const [title, more] of cases) {
    const [pull] = ledgerAfter(failed(12), failed(25, more)).open();
    t.match(pull, { textCause: 'tag-not-found', message: notFound }, title);
  }
  const [pull] = ledgerAfter(failed(12, { message: 'pull QPS exceeded' }), failed(25)).open();
  t.match(pull, { textCause: 'tag-not-found', message: notFound }, 'and a vague one gives way');
  t.end();
});

t.test('another real cause takes its place', t => {
  const [pull] = ledgerAfter(failed(12, { message: noHost }), failed(25)).open();
  t.match(pull, { textCause: 'tag-not-found', attempts: 2 });
  t.end();
});

t.test('a back-off line without a cause takes the runtime’s latest error for its image', t => {
  const ledger = ledgerAfter(
    { kind: 'image-failed', at: 1000, source: 'runtime', image: 'docker.io/library/nginx:latest', message: notFound },
    waiting(2, { image: 'nginx', message: null }),
  );
  t.match(ledger.open(), [{ image: 'nginx', textCause: 'tag-not-found', attempts: 1, nextAttemptAt: null }]);
  const alone = ledgerAfter(waiting(2, { image: 'nginx', message: null }));
  t.match(alone.open(), [{ image: 'nginx', textCause: 'backoff-only', message: '' }]);
  t.equal(alone.apply(failed(20, { image: null })), 'changed', 'until a real one comes');
  t.match(alone.open(), [{ image: 'nginx', textCause: 'tag-not-found' }]);
  t.end();
});

t.test('the image is named as the pod spec writes it', t => {
  const full = 'docker.io/library/nginx:1.27';
  const ledger = ledgerAfter(failed(1, { image: full }));
  t.equal(ledger.open()[0]?.image, full, 'first as the error names it');
  t.equal(ledger.apply(waiting(2, { image: 'nginx:1.27' })), 'changed');
  t.equal(ledger.open()[0]?.image, 'nginx:1.27');
  ledger.apply(failed(20, { image: full }));
  t.equal(ledger.open()[0]?.image, 'nginx:1.27', 'and it stays so');
  t.end();
});

t.test('an error without an image is matched with the same error near in time', t => {
  const message = 'failed to do request: EOF';
  const of = (at: number, name: string): PullEvent => ({
    ...{ kind: 'image-failed', at, source: 'kubelet', image: name },
    message: `rpc error: code = Unknown desc = ${message}`,
  });
  const near = ledgerAfter(of(900, 'a.test/x:1'), of(1000, 'b.test/y:1'), failed(1, { image: null, message }));
  t.equal(near.open()[0]?.image, 'b.test/y:1', 'the latest of them');
  const far = ledgerAfter(of(1000, 'a.test/x:1'), failed(60, { image: null, message }));
  t.equal(far.open()[0]?.image, '');
  t.end();
});

t.test('several containers of a pod are kept apart; starting, going and a new uid close all of it', t => {
  const side = { ...who, container: 'side' };
  const both = (): PullLedger => ledgerAfter(failed(1), failed(1, { who: side, image: 'x.test/side:1' }));
  t.same(
    both()
      .open()
      .map(pull => `${pull.container} ${pull.image}`),
    ['app good.lab.test/app:v9', 'side x.test/side:1'],
  );
  for (const kind of ['pod-started', 'pod-gone'] as const) {
    const ledger = both();
    ledger.apply({ kind, at: 2000, namespace: 'default', pod: 'other' });
    t.equal(ledger.open().length, 2, 'another pod’s');
    ledger.apply({ kind, at: 2000, namespace: 'default', pod: 'web' });
    t.same(ledger.open(), [], kind);
  }
  const replaced = both();
  replaced.apply(failed(5, { who: { ...who, podUid: 'u2' } }));
  t.same(
    replaced.open().map(pull => [pull.podUid, pull.container]),
    [['u2', 'app']],
  );
  t.end();
});

t.test('a container that its pod’s lines no longer name has its image', t => {
  const init = { ...who, container: 'init' };
  const ledger = ledgerAfter(failed(1, { who: init }), failed(2), failed(30), waiting(50));
  t.equal(ledger.open().length, 2, 'not yet');
  ledger.apply(failed(75));
  t.same(
    ledger.open().map(pull => pull.container),
    ['app'],
  );
  t.end();
});

t.test('silence closes a pull only as the journal goes on', t => {
  const ledger = ledgerAfter(failed(0));
  t.equal(ledger.closeSilent(limits.silentPullMs), 'none');
  t.equal(ledger.open().length, 1);
  t.equal(ledger.closeSilent(limits.silentPullMs + 1), 'changed');
  t.same(ledger.open(), []);

  const other = ledgerAfter(failed(0));
  t.equal(other.apply(failed(700, { who: { ...who, pod: 'late' } })), 'changed');
  t.same(
    other.open().map(pull => pull.pod),
    ['late'],
    'other pods’ lines tell the time as well',
  );
  t.end();
});

t.test('a missing pull secret is remembered for its pod until that starts or goes', t => {
  const missing: PullEvent = {
    ...{ kind: 'secret-missing', at: 1000, namespace: 'default', pod: 'web', message: 'secret "regcred" not found' },
  };
  const ledger = ledgerAfter(missing, failed(2));
  t.equal(ledger.missingSecret(who), 'secret "regcred" not found');
  t.equal(ledger.missingSecret({ namespace: 'default', pod: 'other' }), null);
  t.equal(ledger.apply({ ...missing, at: 20_000 }), 'none', 'said again it is nothing new');
  ledger.apply({ kind: 'pod-started', at: 30_000, namespace: 'default', pod: 'web' });
  t.equal(ledger.missingSecret(who), null);
  t.end();
});

t.test('reasons without a back-off have no next attempt', t => {
  for (const reason of ['InvalidImageName', 'ErrImageNeverPull']) {
    const [pull] = ledgerAfter(failed(1, { reason, message: 'x' }), failed(13, { reason, message: 'x' })).open();
    t.match(pull, { nextAttemptAt: null, attempts: 2, reason });
  }
  t.end();
});

t.test('names that no pod can have are not taken', t => {
  for (const pod of ['', 'a b', 'ä', 'x'.repeat(254), 'a\nb'])
    t.same(ledgerAfter(failed(1, { who: { ...who, pod } })).open(), [], JSON.stringify(pod));
  t.end();
});

t.test('it is bounded: the pull longest unheard of goes, and is counted', t => {
  const ledger = new PullLedger();
  for (let index = 0; index <= limits.openPulls; index += 1)
    ledger.apply(failed(index / 100, { who: { ...who, pod: `p${index}` } }));
  t.equal(ledger.open().length, limits.openPulls);
  t.equal(ledger.evicted, 1);
  t.equal(ledger.open()[0]?.pod, 'p1');
  for (let index = 0; index < 2000; index += 1) {
    ledger.apply({ kind: 'image-failed', at: index, source: 'kubelet', image, message: `m${index}` });
    ledger.apply({ kind: 'secret-missing', at: index, namespace: 'n', pod: `p${index}`, message: 'x'.repeat(9999) });
  }
  t.ok(ledger.state().errors.length <= limits.recentErrors);
  t.ok(ledger.state().secrets.length <= limits.missingSecrets);
  t.end();
});

t.test('a long message is cut to its bound without breaking a character', t => {
  const [pull] = ledgerAfter(failed(1, { message: '€'.repeat(5000) })).open();
  t.ok(Buffer.byteLength(pull?.message ?? '') <= limits.messageBytes);
  t.match(pull?.message, /^€+$/);
  t.end();
});

t.test('its state goes through JSON and goes on as if nothing had been', t => {
  const before = [failed(12), waiting(13), failed(25)];
  const after = [waiting(39), failed(52, { message: null }), waiting(63, { message: null })];
  const whole = ledgerAfter(...before, ...after);
  const saved = JSON.parse(JSON.stringify(ledgerAfter(...before).state())) as LedgerState;
  const resumed = new PullLedger(saved);
  for (const event of after) resumed.apply(event);
  t.same(resumed.state(), whole.state());
  t.end();
});

t.test('no sequence of events breaks it', t => {
  const event = fc.record({
    kind: fc.constant('pod-failed' as const),
    at: fc.nat(10_000_000),
    who: fc.record({
      namespace: fc.constantFrom('a', 'b'),
      pod: fc.constantFrom('x', 'y'),
      podUid: fc.constantFrom(null, '1', '2'),
      container: fc.constantFrom('c', 'd'),
    }),
    reason: fc.constantFrom('ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'),
    image: fc.constantFrom(null, 'nginx', ''),
    message: fc.option(fc.string()),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 50 }), events => {
      for (const pull of ledgerAfter(...events).open()) {
        if (pull.attempts < 1 || pull.firstSeen > pull.lastSeen || pull.attempts > events.length) return false;
      }
      return true;
    }),
  );
  t.end();
});

t.test('what the kubelet’s lines tell of credentials is kept with the attempt', t => {
  const tried = (seconds: number): PullEvent => ({
    kind: 'image-failed',
    at: seconds * 1000,
    source: 'kubelet',
    image,
    message: notFound,
  });
  const had = (...events: PullEvent[]): boolean | undefined => ledgerAfter(...events).open()[0]?.hadCredentials;
  t.equal(had(failed(12)), undefined);
  t.equal(had(tried(12), failed(12)), true);
  t.equal(had(tried(12), { ...tried(12), anonymous: true } as PullEvent, failed(12)), false);
  t.equal(had(tried(12), failed(12), failed(25)), undefined, 'of the latest attempt only');
  t.equal(had(tried(12), failed(12), waiting(25)), true);
  t.end();
});

t.test('a failed credential provider speaks for the attempt after it', t => {
  const ledger = ledgerAfter({ kind: 'credentials-failed', at: 11_000, image, message: 'exit status 1' }, failed(12));
  const [pull] = ledger.open();
  t.equal(pull && ledger.failedCredentials(pull), 'exit status 1');
  ledger.apply(failed(60));
  const [later] = ledger.open();
  t.equal(later && ledger.failedCredentials(later), null);
  t.equal(ledger.apply({ kind: 'credentials-failed', at: 70_000, image, message: 'x' }), 'none');
  t.end();
});

t.test('a mirror that fails is remembered for an hour, over a restart too', t => {
  const message = 'failed to do request: Head "https://m.test/v2/app/manifests/v1?ns=reg.test": EOF';
  const ledger = new PullLedger();
  t.equal(ledger.apply({ kind: 'host-failed', at: 5000, host: 'm.test', message }), 'changed');
  t.equal(ledger.apply({ kind: 'host-failed', at: 9000, host: 'm.test', message }), 'seen');
  t.equal(ledger.apply({ kind: 'host-failed', at: 9000, host: 'reg.test', message: 'EOF' }), 'none');
  const again = new PullLedger(JSON.parse(JSON.stringify(ledger.state())) as LedgerState);
  t.match(again.failedMirrors(10_000), [{ host: 'm.test', registry: 'reg.test', firstAt: 5000, at: 9000 }]);
  t.same(again.failedMirrors(9001 + limits.failedHostMs), []);
  t.end();
});
