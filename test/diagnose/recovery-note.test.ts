import t from 'tap';
import { recoveryNote } from '../../src/diagnose/recovery-note.ts';
import { keepWaiting, startRecovery, type RecoveryTrack } from '../../src/diagnose/recovery.ts';

const facts = { now: 0, random: 0, herd: () => null, namedAt: () => null };
const image = {
  ...({ image: 'r.test/x:1', registry: 'r.test', cause: 'dns-failure', retry: 'heals', isPrivate: false } as const),
  ...{ step: { check: 'dns.resolve', host: 'r.test' }, failedAt: 0, nextAttemptAt: null },
};
const [track] = keepWaiting(startRecovery('recover'), [image], facts).tracks;
const note = (given: Partial<RecoveryTrack>, namedAt: number | null = null) =>
  recoveryNote({ ...(track as RecoveryTrack), ...given }, namedAt);

t.test('a finding says what is done for it, and why nothing is', t => {
  t.match(note({}), { state: 'watching', says: /dns\.resolve at r\.test/ });
  t.match(note({ phase: 'healed' }), { state: 'pulling' });
  t.match(note({ rule: 'policy-always' }), { state: 'refused', code: 'policy-always', says: /Always/ });
  t.match(note({ rule: 'kubelet-is-pulling' }), { state: 'held', code: 'kubelet-is-pulling' });
  t.match(note({ failures: 1, backOffUntil: 60_000 }), { state: 'held', code: 'backing-off', says: /00:01:00/ });
  t.match(note({ phase: 'done', pulledAt: 1000 }), { state: 'pulled', says: /00:00:01/ });
  t.match(note({ phase: 'done', pulledAt: 1000, image: { ...image, failedAt: 2000 } }), { code: 'pulled-in-vain' });
  t.match(note({ image: { ...image, retry: 'wait' } }, 3_600_000), { code: 'not-yet', says: /01:00:00/ });
  t.match(note({ image: { ...image, step: { check: 'files', host: null } } }), { says: /files/ });
  t.match(note({ image: { ...image, step: { check: 'node.disk', host: null } } }), { says: /disk/ });
  t.match(note({ image: { ...image, step: { check: 'walk', host: null } } }), { says: /walks the path/ });
  t.end();
});
