import t from 'tap';
import { isDescribePage, readPodNames, readWaiting } from '../../src/parse/pod-names.ts';
import { describePage } from '../corpus/describe-page.ts';
import { describePod } from '../corpus/describe-pod.ts';

t.test('a kubectl describe page tells pod, namespace, node, owner and the container that waits', t => {
  t.same(readPodNames(describePage('Error: ErrImagePull')), {
    pod: 'web-5d4f8c7b9-x2k4q',
    namespace: 'shop',
    node: 'node-17',
    workload: 'deployment/web',
    container: 'app',
    image: 'registry.corp.example/team/api:1.4.2',
  });
  t.end();
});

t.test('log lines and event rows tell what they have', t => {
  const cases: [string, object][] = [
    [
      '"Error syncing pod" err="failed to \\"StartContainer\\" for \\"app\\" with X" pod="shop/web-0"',
      { namespace: 'shop', pod: 'web-0', container: 'app' },
    ],
    ['container app start failed in pod web-0_shop(2b7a): ErrImagePull', { namespace: 'shop', pod: 'web-0' }],
    ['shop   109s   Warning   Failed   pod/web-0   Failed to pull image', { namespace: 'shop', pod: 'web-0' }],
    ['3m12s  Warning  Failed  pod/web-0  Failed to pull image', { pod: 'web-0' }],
    ['shop  3m (x5 over 10m)  Warning  Failed  Pod/web-0  Failed', { namespace: 'shop', pod: 'web-0' }],
    ['3m (x5 over 10m)  Warning  Failed  Pod/web-0  Failed', { pod: 'web-0' }],
    ['…: not found  Warning  Failed  pod/web-0  Failed to pull image', { pod: 'web-0' }],
    ['Failed to pull image "x"', {}],
  ];
  for (const [text, wanted] of cases) t.same(readPodNames(text), wanted, text);
  t.end();
});

t.test('of the containers that wait, the one of the image that failed is told', t => {
  const page = describePod({ name: 'web-0', namespace: 'shop', node: 'node-17' }, [
    { name: 'ok', image: 'nginx:1' },
    { name: 'one', image: 'a.example/one:1', reason: 'ErrImagePull' },
    { name: 'two', image: 'redis', reason: 'ImagePullBackOff' },
  ]);
  t.same(readWaiting(page), [
    { container: 'one', image: 'a.example/one:1', reason: 'ErrImagePull' },
    { container: 'two', image: 'redis', reason: 'ImagePullBackOff' },
  ]);
  t.match(readPodNames(page), { container: 'one', pod: 'web-0' });
  t.match(readPodNames(page, 'docker.io/library/redis:latest'), { container: 'two', image: 'redis' });
  t.match(readPodNames(page, 'elsewhere.example/x:1'), { container: 'one' });
  t.ok(isDescribePage(page));
  t.notOk(isDescribePage('Name:  web-0'));
  t.end();
});
