import t from 'tap';
import { normalImage, parseImageRef } from '../../src/model/image-ref.ts';

t.test('names are completed as containerd completes them', t => {
  const cases: [string, string][] = [
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx:latest'],
    ['team/api', 'docker.io/team/api:latest'],
    ['localhost/api', 'localhost/api:latest'],
    ['localhost:5000/api:v1', 'localhost:5000/api:v1'],
    ['localhost:5000', 'docker.io/library/localhost:5000'],
    ['reg.example/a/b@sha256:' + 'a'.repeat(64), 'reg.example/a/b@sha256:' + 'a'.repeat(64)],
    [`reg.example/a:1@sha256:${'a'.repeat(64)}`, `reg.example/a@sha256:${'a'.repeat(64)}`],
    ['Reg.Example/a', 'Reg.Example/a:latest'],
    ['LOCAL/a', 'LOCAL/a:latest'],
    ['[::1]:5000/a', '[::1]:5000/a:latest'],
    ['registry-1.docker.io/library/x', 'registry-1.docker.io/library/x:latest'],
  ];
  for (const [given, wanted] of cases) t.equal(normalImage(given), wanted, given);
  t.end();
});

t.test('a bad reference gives the error that the kubelet prints', t => {
  const cases: [string, string][] = [
    ['', 'invalid reference format'],
    ['good.lab.test/App:v1', 'invalid reference format: repository name (App) must be lowercase'],
    ['nginx:', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['/a', 'invalid reference format'],
    ['https://reg.example/a', 'invalid reference format'],
    ['reg.example/a:-x', 'invalid reference format'],
    [`reg.example/a:${'t'.repeat(129)}`, 'invalid reference format'],
    ['reg.example/a@sha256:abc', 'invalid reference format'],
    [`a@sha256:${'a'.repeat(63)}`, 'invalid checksum digest length'],
    [`a@sha256:${'A'.repeat(64)}`, 'invalid checksum digest format'],
    [`a@md5:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
    [
      `App@sha256:${'a'.repeat(64)}`,
      'invalid reference format: repository name (library/App@sha256) must be lowercase',
    ],
    ['Nginx', 'invalid reference format: repository name (library/Nginx) must be lowercase'],
    [`reg.example/${'a'.repeat(256)}`, 'repository name must not be more than 255 characters'],
    ['a'.repeat(64), `invalid repository name (${'a'.repeat(64)}), cannot specify 64-byte hexadecimal strings`],
  ];
  for (const [given, error] of cases) t.same(parseImageRef(given), { ok: false, error }, given);
  t.end();
});
