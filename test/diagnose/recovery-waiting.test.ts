import t from 'tap';
import { waitingImages } from '../../src/diagnose/recovery-waiting.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { PullPolicy } from '../../src/model/pull-policy.ts';
import { sampleFinding, samplePod } from '../aggregator/sample.ts';

const of = (given: Partial<Finding>, had: (boolean | undefined)[] = []) => {
  const finding = sampleFinding({ image: 'reg.test/x:1', registry: 'reg.test', ...given });
  return waitingImages(
    [finding],
    had.map(one => ({ image: 'reg.test/x:1', ...(one === undefined ? {} : { hadCredentials: one }) })),
  )[0];
};

t.test('the very check that failed is watched, else what the cause points to', t => {
  const evidence = [
    { check: 'dns.resolve', host: 'm.test', code: null, at: 1 },
    { check: 'tcp.connect', host: 'm.test', code: 'tcp-refused', at: 1 },
  ];
  t.match(of({ evidence }), { step: { check: 'tcp.connect', host: 'm.test' } });
  t.match(of({ host: 'reg.test' }), { step: { check: 'dns.resolve', host: 'reg.test' } });
  t.match(of({ cause: 'disk-full', retry: 'heals', evidence }), { step: { check: 'node.disk', host: null } });
  t.match(of({ cause: 'other', retry: null }), { step: { check: 'pull' } });
  t.match(of({ cause: 'tag-not-found', retry: 'never', stage: 'manifest' }), { step: { check: 'none' } });
  t.match(of({ cause: 'tls-unknown-authority', retry: 'never', stage: 'tls' }), { step: { check: 'files' } });
  t.match(of({ evidence: [{ check: 'node.clock', host: null, code: 'clock-off', at: 1 }] }), {
    step: { check: 'walk' },
  });
  t.end();
});

t.test('what no container waits for, or is no image, is left out', t => {
  t.equal(of({ pods: [] }), undefined);
  t.equal(of({ image: null }), undefined);
  t.equal(of({ image: 'reg.test/UPPER:1' }), undefined);
  t.match(of({ pods: [samplePod({ nextAttemptAt: 5 }), samplePod({ nextAttemptAt: 9 })] }), { nextAttemptAt: 9 });
  t.end();
});

t.test('it is private where each pull that tells had credentials', t => {
  t.equal(of({}, [true, undefined])?.isPrivate, true);
  t.equal(of({}, [true, false])?.isPrivate, false);
  t.equal(of({}, [undefined])?.isPrivate, false);
  t.end();
});

t.test('each pull is looked at once, however many images wait', t => {
  let looks = 0;
  const images = Array.from({ length: 200 }, (_none, at) => `reg.test/x:${at}`);
  const findings = images.map(image => sampleFinding({ image, registry: 'reg.test', pods: [samplePod()] }));
  const pulls = images.map(image => ({
    hadCredentials: true,
    get image() {
      looks += 1;
      return image;
    },
  }));
  const found = waitingImages(findings, pulls);
  t.equal(found.filter(({ isPrivate }) => isPrivate).length, images.length);
  t.equal(looks, images.length);
  t.end();
});

t.test(
  'a pull helps where one container takes the image from the node, and not where all that is known want the registry',
  t => {
    const pods = ['a', 'b'].map(pod => samplePod({ pod }));
    const policies = (a: PullPolicy | null, b: PullPolicy | null) =>
      waitingImages([sampleFinding({ pods })], [], ({ pod }) => (pod === 'a' ? a : b))[0]?.policy;
    t.equal(policies('Always', 'Always'), 'Always');
    t.equal(policies('Always', null), 'Always');
    t.equal(policies('Always', 'IfNotPresent'), 'IfNotPresent');
    t.equal(policies('IfNotPresent', null), 'IfNotPresent');
    t.equal(policies(null, null), undefined);
    t.equal(policies('Never', null), undefined);
    t.end();
  },
);
