import t from 'tap';
import { isPullSecretType, readPullSecret } from '../../src/diagnose/pull-secret.ts';
import { fc } from '../house/property.ts';

const base64 = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
const auth = { auth: base64('user:sentinel-password') };
const secretOf = (auths: unknown) => ({
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': base64({ auths }) },
});

t.test('what a secret holds for an image, as the kubelet reads it', t => {
  const image = 'reg.example:5000/team/api:1.2';
  const cases: [string, Parameters<typeof readPullSecret>[0], string, string, string][] = [
    ['its registry', secretOf({ 'reg.example:5000': auth }), image, 'yes', 'yes'],
    ['with a scheme', secretOf({ 'https://reg.example:5000': auth }), image, 'yes', 'yes'],
    ['with its path', secretOf({ 'reg.example:5000/team': auth }), image, 'yes', 'yes'],
    ['another path', secretOf({ 'reg.example:5000/other': auth }), image, 'yes', 'no'],
    ['another port', secretOf({ 'reg.example': auth }), image, 'yes', 'no'],
    ['a glob', secretOf({ '*.example:5000': auth }), image, 'yes', 'yes'],
    ['none', secretOf({}), image, 'yes', 'no'],
    ['Docker Hub', secretOf({ 'https://index.docker.io/v1/': auth }), 'nginx:1', 'yes', 'yes'],
    [
      'broken JSON',
      { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64('{') } },
      image,
      'no',
      'no',
    ],
    ['no base64', { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': '%%%' } }, image, 'no', 'no'],
    ['the wrong key', { type: 'kubernetes.io/dockerconfigjson', data: { config: base64('{}') } }, image, 'no', 'no'],
    ['the wrong type', { ...secretOf({ 'reg.example:5000': auth }), type: 'Opaque' }, image, 'no', 'no'],
    [
      'the older form',
      { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': base64({ 'reg.example:5000': auth }) } },
      image,
      'yes',
      'yes',
    ],
    ['a key of the prototype', { type: 'constructor', data: {} }, image, 'no', 'no'],
  ];
  for (const [what, secret, of, readable, entry] of cases) {
    const read = readPullSecret(secret, of);
    t.match(read, { readable, entry, type: secret.type }, what);
    t.notMatch(JSON.stringify(read), /sentinel|dXNlcjp/, what);
  }
  t.ok(isPullSecretType('kubernetes.io/dockercfg'));
  t.notOk(isPullSecretType('toString'));
  t.end();
});

t.test('no part of a key but the registry comes out', t => {
  const read = readPullSecret(secretOf({ 'https://user:sentinel@reg.example': auth, 'me:sentinel@other': auth }), 'a');
  t.same(read.registries, ['https://reg.example', 'other']);
  t.end();
});

t.test('anything else is read without a throw', t => {
  fc.assert(
    fc.property(fc.json(), fc.string(), (json, image) => {
      const secret = { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64(json) } };
      return ['yes', 'no'].includes(readPullSecret(secret, image).entry);
    }),
  );
  t.end();
});
