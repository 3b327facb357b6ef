import t from 'tap';
import { decodeUserPassword, parseDockerConfig, readDockerAuths } from '../../src/parse/docker-config.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64');

t.test('a user and password in base64, padded or not, in UTF-8', t => {
  t.same(decodeUserPassword(encode('me:pä:ss')), { username: 'me', password: 'pä:ss' });
  t.same(decodeUserPassword(encode('a:bc').replace(/=+$/, '')), { username: 'a', password: 'bc' });
  for (const bad of ['', 'no colon', encode('nocolon'), '!!!', 'AAAAA']) t.equal(decodeUserPassword(bad), null, bad);
  t.end();
});

t.test('config.json as the kubelet takes it: auth before user and password, helpers and tokens left out', t => {
  const text = JSON.stringify({
    credsStore: 'desktop',
    auths: {
      'reg.test': { auth: encode('me:pass'), username: 'other', password: 'other' },
      'https://two.test/v1/': { username: 'two', password: 'p2', identitytoken: 'left out' },
      'none.test': {},
    },
  });
  t.same(parseDockerConfig(text, 'config.json'), [
    { key: 'reg.test', username: 'me', password: 'pass' },
    { key: 'https://two.test/v1/', username: 'two', password: 'p2' },
    { key: 'none.test', username: '', password: '' },
  ]);
  t.same(parseDockerConfig('{}', 'config.json'), []);
  t.end();
});

t.test('.dockercfg is the table alone', t => {
  const text = JSON.stringify({ 'reg.test': { username: 'me', password: 'pass' } });
  t.same(parseDockerConfig(text, '.dockercfg'), [{ key: 'reg.test', username: 'me', password: 'pass' }]);
  t.end();
});

t.test('one bad entry makes the kubelet pass over the whole file', t => {
  const good = { username: 'me', password: 'p' };
  for (const auths of [[], 'x', { a: good, b: { auth: '!!' } }, { a: good, b: { username: 5 } }, { a: good, b: 'x' }])
    t.equal(readDockerAuths(auths), null, JSON.stringify(auths));
  for (const text of ['', '[]', '{', 'null', '"x"']) t.equal(parseDockerConfig(text, 'config.json'), null, text);
  t.end();
});
