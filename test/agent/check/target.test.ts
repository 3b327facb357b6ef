import t from 'tap';
import { parseTarget } from '../../../src/agent/check/target.ts';

t.test('hosts and images are told apart as people write them', t => {
  const cases: [string, string, string | null][] = [
    ['reg.test', 'reg.test', null],
    ['reg.test:5000', 'reg.test:5000', null],
    ['https://reg.test/v2/', 'reg.test', null],
    ['registry-1.docker.io', 'docker.io', null],
    ['docker.io', 'docker.io', null],
    ['localhost:5000', 'localhost:5000', null],
    ['nginx', 'docker.io', 'library/nginx'],
    ['nginx:1.25', 'docker.io', 'library/nginx'],
    ['reg.test/app:v1', 'reg.test', 'app'],
  ];
  for (const [text, registry, repository] of cases) {
    const target = parseTarget(text);
    t.equal(target.ok && target.registry, registry, text);
    t.equal((target.ok && target.image?.repository) || null, repository, text);
  }
  t.match(parseTarget('reg.test/App:v1'), { ok: false, error: /lowercase/ });
  t.end();
});
