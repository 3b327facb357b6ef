import t from 'tap';
import { readSyncError } from '../../src/parse/sync-error.ts';

t.test('takes one container, or a list of them', t => {
  t.same(readSyncError(String.raw`failed to "StartContainer" for "app" with ErrImagePull: "pull \"x\" failed"`), [
    { action: 'StartContainer', target: 'app', reason: 'ErrImagePull', message: 'pull "x" failed' },
  ]);
  t.same(
    readSyncError(
      String.raw`[failed to "StartContainer" for "a" with ImagePullBackOff: "Back-off pulling image \"x\"", failed to "StartContainer" for "b" with CrashLoopBackOff: "back-off 5m0s"]`,
    ).map(({ target, reason }) => [target, reason]),
    [
      ['a', 'ImagePullBackOff'],
      ['b', 'CrashLoopBackOff'],
    ],
  );
  t.end();
});

t.test('a reason that is a sentence, as kubelet 1.33 gives them, is kept whole', t => {
  const reason = 'failed to record image pull intent: open /var/lib/kubelet/x: "tmp": no space left on device';
  t.same(readSyncError(`failed to "StartContainer" for "app" with ${reason}: "the same again"`), [
    { action: 'StartContainer', target: 'app', reason, message: 'the same again' },
  ]);
  t.end();
});

t.test('a text that breaks off gives what there is, another text nothing', t => {
  t.same(readSyncError('failed to "StartContainer" for "app" with ErrImagePull: "cut in ha'), [
    { action: 'StartContainer', target: 'app', reason: 'ErrImagePull', message: 'cut in ha' },
  ]);
  t.same(readSyncError('failed to "StartContainer" for "app" with ErrImagePull'), []);
  t.same(readSyncError('unmounted volumes=[x]: timed out'), []);
  t.end();
});
