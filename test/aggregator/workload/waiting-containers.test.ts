import t from 'tap';
import { waitingContainers } from '../../../src/aggregator/workload/waiting-containers.ts';
import { limits } from '../../../src/model/limits.ts';
import { sampleFinding, samplePod } from '../sample.ts';

t.test('the containers of what can be pulled later, as far as their names are names', t => {
  const own = { namespace: 'prod', pod: 'api-1', podUid: 'u', container: 'api' };
  const pods = [samplePod(own), samplePod({ pod: '../secrets/x' }), samplePod({ namespace: '' })];
  t.same(waitingContainers([sampleFinding({ pods })]), [own]);
  t.same(waitingContainers([sampleFinding({ pods, retry: 'never' }), sampleFinding({ pods, image: null })]), []);
  t.end();
});

t.test('no more than are asked about at once', t => {
  const pods = Array.from({ length: limits.policiesAtOnce + 1 }, (_none, at) => samplePod({ pod: `p-${at}` }));
  t.equal(waitingContainers([sampleFinding({ pods })]).length, limits.policiesAtOnce);
  t.end();
});
