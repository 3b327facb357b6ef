import t from 'tap';
import { maskNames } from '../../src/parse/masked-text.ts';
import { readRequest, registryName, type HostRole } from '../../src/parse/request.ts';

const roleOf = (text: string, registry: string | null): HostRole | null => {
  const { names, words, plain } = maskNames(text);
  return readRequest(names, words, plain).roleAt(registry);
};

t.test('what part the host of a request plays', t => {
  const cases: [string, string | null, HostRole | null][] = [
    ['Head "https://r.example/v2/a/manifests/1"', 'r.example', 'registry'],
    ['Head "https://registry-1.docker.io/v2/library/a/manifests/1"', 'docker.io', 'registry'],
    ['Head "https://m.example/v2/a/manifests/1?ns=docker.io"', 'docker.io', 'mirror'],
    ['Head "https://m.example/v2/a/manifests/1?ns=%5BREDACTED%5D"', 'docker.io', 'mirror'],
    ['Get "https://auth.example/token?service=x"', 'r.example', 'token'],
    ['Get "https://r.example/service/token?scope=x"', 'r.example', 'token'],
    ['Get "https://cdn01.quay.io/sha256/ab"', 'quay.io', 'redirect'],
    ['Get "https://x.s3.amazonaws.com/ab?X-Amz-Date=1"', null, 'redirect'],
    ['Get "https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/a/manifests/1"', null, 'registry'],
    ['Head "https://us-west2-docker.pkg.dev/v2/a/manifests/1"', 'registry.k8s.io', 'redirect'],
    ['Get "https://quay.io/v2/"', 'docker.io', 'registry'],
    ['error pulling image configuration: EOF', null, 'redirect'],
    ['no request at all', 'r.example', null],
  ];
  for (const [text, registry, wanted] of cases) t.equal(roleOf(text, registry), wanted, text);
  t.end();
});

t.test('Docker Hub has one name', t => {
  t.equal(registryName('registry-1.docker.io'), 'docker.io');
  t.equal(registryName('index.docker.io'), 'docker.io');
  t.equal(registryName('r.example:5000'), 'r.example:5000');
  t.end();
});
