import t from 'tap';
import { RunningPulls } from '../../src/diagnose/running-pulls.ts';
import { limits } from '../../src/model/limits.ts';

const begins = (image: string, at = 1) => ({ kind: 'pull-started', at, image }) as const;
const fails = (image: string) => ({ kind: 'image-failed', at: 2, source: 'runtime', image, message: 'EOF' }) as const;

t.test('a pull runs from its begin to its end, however the image is written', t => {
  const pulls = new RunningPulls();
  t.equal(pulls.othersPull('nginx', 1), false);
  pulls.apply(begins('docker.io/library/nginx:latest'));
  t.equal(pulls.othersPull('nginx', 1), true);
  pulls.apply(begins('nginx'));
  pulls.apply(fails('nginx:latest'));
  t.equal(pulls.othersPull('nginx', 1), true, 'of two one is left');
  pulls.apply({ kind: 'image-failed', at: 2, source: 'kubelet', image: 'nginx', message: 'EOF' });
  t.equal(pulls.othersPull('nginx', 1), true, 'the kubelet’s line tells of the same end');
  pulls.apply({ kind: 'image-pulled', at: 3, image: 'nginx' });
  t.equal(pulls.othersPull('nginx', 1), false);
  pulls.apply(fails('nginx'));
  t.equal(pulls.othersPull('nginx', 1), false);
  t.end();
});

t.test('the agent’s own is not another’s; the kubelet’s beside it is', t => {
  const pulls = new RunningPulls();
  pulls.ownBegins('nginx');
  pulls.apply(begins('nginx'));
  t.equal(pulls.othersPull('nginx', 1), false);
  pulls.apply(begins('nginx'));
  t.equal(pulls.othersPull('nginx', 1), true);
  pulls.apply(fails('nginx'));
  pulls.ownEnded('nginx');
  t.equal(pulls.othersPull('nginx', 1), true);
  t.end();
});

t.test('nothing runs after the runtime went away, or an hour without a word', t => {
  const pulls = new RunningPulls();
  pulls.apply(begins('a'));
  pulls.clear();
  t.equal(pulls.othersPull('a', 1), false);
  pulls.apply(begins('b', 10));
  t.equal(pulls.othersPull('b', 10 + limits.pullSeenMs), false);
  t.end();
});

t.test('of a pull that fails CRI-O says nothing: the kubelet’s line ends it, once', t => {
  const pulls = new RunningPulls();
  const failed = { kind: 'image-failed', at: 2, source: 'kubelet', image: 'nginx', message: 'EOF' } as const;
  pulls.apply({ ...begins('nginx'), request: 'a' });
  pulls.apply({ ...begins('nginx'), request: 'b' });
  pulls.apply(failed);
  pulls.apply({ ...failed, anonymous: true });
  t.equal(pulls.othersPull('nginx', 3), true, 'the other one runs');
  pulls.apply(failed);
  t.equal(pulls.othersPull('nginx', 3), false);
  t.end();
});

t.test('the agent’s own that failed in CRI-O is over, whenever the line of its begin is read', t => {
  for (const isRead of ['before', 'after'] as const) {
    const pulls = new RunningPulls();
    const line = (): void => pulls.apply({ ...begins('nginx', 105), request: 'a' });
    pulls.ownBegins('nginx');
    if (isRead === 'before') line();
    pulls.ownEnded('nginx');
    pulls.ownFailed('nginx', { from: 100, until: 200 });
    if (isRead === 'after') line();
    t.equal(pulls.othersPull('nginx', 300), false, isRead);
    pulls.apply({ ...begins('nginx', 150), request: 'b' });
    t.equal(pulls.othersPull('nginx', 300), true, 'and the kubelet’s, which began meanwhile, is another');
  }
  const pulls = new RunningPulls();
  pulls.apply(begins('nginx', 105));
  pulls.ownFailed('nginx', { from: 100, until: 200 });
  t.equal(pulls.othersPull('nginx', 300), true, 'containerd says itself that a pull failed');
  t.end();
});
