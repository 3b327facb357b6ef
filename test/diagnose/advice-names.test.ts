import t from 'tap';
import { adviceNames } from '../../src/diagnose/advice-names.ts';

const base = { image: null, registry: null, host: null, known: {}, runtime: 'containerd' as const };

t.test('names of the image, the registry and where its files are', t => {
  t.match(adviceNames({ ...base, image: 'nginx' }), {
    image: 'nginx',
    repository: 'library/nginx',
    tag: 'latest',
    registry: 'docker.io',
    host: 'registry-1.docker.io',
    server: 'https://index.docker.io/v1/',
    certs: '/etc/containerd/certs.d/docker.io',
  });
  t.match(adviceNames({ ...base, image: 'r.example:5000/a:1', host: 'cdn.example', runtime: 'cri-o' }), {
    registry: 'r.example:5000',
    host: 'cdn.example',
    server: 'r.example:5000',
    certs: '/etc/containers/certs.d/cdn.example',
  });
  t.end();
});

t.test('the workload from its owner or the name of the pod', t => {
  const cases: [object, string][] = [
    [{ workload: 'daemonset/logs' }, 'daemonset/logs'],
    [{ pod: 'web-5d4f8c7b9-x2k4q' }, 'deployment/web'],
    [{ pod: 'db-0' }, 'statefulset/db'],
    [{ pod: 'single' }, 'deployment/NAME'],
    [{}, 'deployment/NAME'],
  ];
  for (const [known, wanted] of cases) t.equal(adviceNames({ ...base, known }).workload, wanted);
  t.end();
});

t.test('what is not known or no valid name becomes a word to replace', t => {
  const known = { namespace: 'a;b', pod: '$(x)', container: 'A', node: '-x', workload: 'x/$(y)' };
  t.match(adviceNames({ ...base, image: 'Not An Image', registry: 'a b', host: '`x`', known }), {
    image: 'IMAGE',
    imageError: 'invalid reference format: repository name (library/Not An Image) must be lowercase',
    repository: 'REPOSITORY',
    registry: 'REGISTRY',
    host: 'REGISTRY',
    namespace: 'NAMESPACE',
    pod: 'POD',
    container: 'CONTAINER',
    node: 'NODE',
    workload: 'deployment/NAME',
  });
  t.end();
});
