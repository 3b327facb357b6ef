import t from 'tap';
import { readPodNames } from '../../src/parse/pod-names.ts';
import { describePage } from '../corpus/describe-page.ts';

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
    ['Failed to pull image "x"', {}],
  ];
  for (const [text, wanted] of cases) t.same(readPodNames(text), wanted, text);
  t.end();
});
