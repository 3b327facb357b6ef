import t from 'tap';
import { isPlace, isRelevant, registryOf, traitsOf } from '../../src/scope/traits.ts';
import { nodeInput, wayTo } from './sample.ts';

t.test('traits are what a node told of itself, its place and its pull path', t => {
  const input = nodeInput('a', {
    labels: { 'topology.kubernetes.io/zone': 'z1', 'cloud.google.com/gke-nodepool': 'workers', app: 'x' },
    traits: { nameservers: '10.0.0.1', proxy: '' },
    fingerprint: { 'resolv.conf': 'aa' },
    runtime: { name: 'containerd', version: '2.1.3', apiVersion: 'v1' },
    kubelet: { version: 'v1.33.1' },
    checks: [...wayTo('reg.example', null, 'mirror.example', 'mirror'), ...wayTo('reg.example')],
  });
  t.same(Object.fromEntries(traitsOf(input)), {
    ...{ zone: 'z1', pool: 'workers', nameservers: '10.0.0.1', 'resolv.conf': 'aa', runtime: 'containerd 2.1.3' },
    ...{ kubelet: 'v1.33.1', 'path:reg.example': 'mirror.example → reg.example' },
  });
  const [check] = wayTo('docker.io');
  if (check === undefined) throw new Error('no check');
  const limited = { ...check, id: 'registry.rate-limit', facts: { source: '192.0.2.7' } };
  t.equal(traitsOf(nodeInput('c', { checks: [limited] })).get('egress'), '192.0.2.7');
  t.same([...traitsOf(nodeInput('b'))], [], 'and what is not known is not there');
  t.end();
});

t.test('a setting matters for the faults that come from it', t => {
  const cases: [trait: string, faultClass: string, matters: boolean][] = [
    ['ca:reg.example', 'tls-unknown-authority', true],
    ['resolv.conf', 'dns-failure', true],
    ['resolv.conf', 'tls-unknown-authority', false],
    ['proxy:HTTPS_PROXY', 'proxy-failure', true],
    ['zone', 'dns-failure', false],
  ];
  for (const [trait, faultClass, matters] of cases)
    t.equal(isRelevant(trait, faultClass), matters, `${trait} ${faultClass}`);
  t.ok(isPlace('zone'));
  t.notOk(isPlace('resolv.conf'));
  t.equal(registryOf('ca:reg.example:5000'), 'reg.example:5000');
  t.equal(registryOf('zone'), null);
  t.end();
});
