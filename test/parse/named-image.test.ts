import t from 'tap';
import { namedImage, sameImage, sameRepository } from '../../src/parse/named-image.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const other = `sha256:${'cd'.repeat(32)}`;

t.test('two names are of one image as far as they tell', t => {
  const cases: [string, string, boolean][] = [
    ['nginx', 'docker.io/library/nginx:latest', true],
    ['nginx:1', 'index.docker.io/library/nginx:1', true],
    ['nginx:1', 'nginx:2', false],
    ['r.example/nginx:1', 'nginx:1', false],
    [`r.example/a:1@${digest}`, `r.example/a@${digest}`, true],
    ['r.example/a:1', `r.example/a@${digest}`, true],
    [`r.example/a@${other}`, `r.example/a@${digest}`, false],
    ['No Image', 'No Image', true],
    ['No Image', 'No Image:1', false],
  ];
  for (const [one, two, wanted] of cases) {
    t.equal(sameImage(namedImage(one), namedImage(two)), wanted, `${one} ${two}`);
    t.equal(sameImage(namedImage(two), namedImage(one)), wanted, `${two} ${one}`);
  }
  t.end();
});

t.test('a repository is the same whatever the tag, and a name that does not parse has none', t => {
  t.ok(sameRepository(namedImage('nginx:1'), namedImage('docker.io/library/nginx')));
  t.notOk(sameRepository(namedImage('nginx:1'), namedImage('r.example/nginx:1')));
  t.notOk(sameRepository(namedImage('No Image'), namedImage('No Image')));
  t.equal(namedImage('No Image').ref, null);
  t.end();
});
