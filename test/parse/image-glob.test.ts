import t from 'tap';
import { fc } from '../house/property.ts';
import { keyMatches, keyringKey, matchingEntries } from '../../src/parse/image-glob.ts';

t.test('a key is kept without scheme, user, and /v1/ or /v2/', t => {
  for (const [written, key] of [
    ['https://index.docker.io/v1/', 'index.docker.io'],
    ['http://reg.test:5000/v2/team', 'reg.test:5000/team'],
    ['reg.test', 'reg.test'],
    ['reg.test/', 'reg.test'],
    ['reg.test/v1', 'reg.test/v1'],
    ['me@reg.test/team', 'reg.test/team'],
  ] as const)
    t.equal(keyringKey(written), key, written);
  t.end();
});

t.test('a key is for an image by labels, port and the beginning of the path', t => {
  for (const [key, image, matches] of [
    ['reg.test', 'reg.test/team/app', true],
    ['reg.test', 'reg.test', true],
    ['reg.test', 'reg.test:5000/app', false],
    ['reg.test:5000', 'reg.test:5000/app', true],
    ['reg.test:443', 'reg.test/app', false],
    ['*.test', 'reg.test/app', true],
    ['*.test', 'a.reg.test/app', false],
    ['*.*.test', 'a.reg.test/app', true],
    ['re?.test', 'reg.test/app', true],
    ['r[a-f]g.test', 'reg.test/app', true],
    ['r[^a-f]g.test', 'reg.test/app', false],
    ['r[.test', 'r[.test/app', false],
    ['prefix*.io', 'prefix-x.io/app', true],
    ['reg.test/team', 'reg.test/team/app', true],
    ['reg.test/team', 'reg.test/teams/app', true],
    ['reg.test/team/', 'reg.test/teams/app', false],
    ['reg.test/other', 'reg.test/team/app', false],
    ['reg.test/te*', 'reg.test/team/app', false],
    ['*', 'reg.test/app', false],
  ] as const)
    t.equal(keyMatches(key, image), matches, `${key} for ${image}`);
  t.end();
});

t.test('more specific keys come first, and Docker Hub has a key of its own', t => {
  const entries = ['reg.test', 'reg.test/team', '*.test', 'https://index.docker.io/v1/'].map(key => ({ key }));
  const keys = (image: string): string[] => matchingEntries(entries, image).map(({ key }) => key);
  t.same(keys('reg.test/team/app'), ['reg.test/team', 'reg.test', '*.test']);
  t.same(keys('docker.io/library/nginx'), ['https://index.docker.io/v1/']);
  t.same(keys('other.example/app'), []);
  const hub = [{ key: 'docker.io' }, { key: 'index.docker.io' }, { key: 'registry-1.docker.io' }];
  t.same(matchingEntries(hub, 'docker.io/library/nginx'), [{ key: 'docker.io' }]);
  t.same(matchingEntries([{ key: 'registry-1.docker.io' }], 'docker.io/library/nginx'), []);
  t.end();
});

t.test('no key and no image make it throw, and a key without stars is for its own host', t => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (key, image) => {
      keyMatches(keyringKey(key), image);
      return true;
    }),
  );
  fc.assert(fc.property(fc.domain(), host => keyMatches(keyringKey(`https://${host}/v2/`), `${host}/app`)));
  t.end();
});
