import { fc } from '../house/property.ts';
import t from 'tap';
import { chooseChallenge } from '../../src/parse/www-authenticate.ts';

t.test('Bearer comes before Basic, names are in lower case, quotes and escapes are taken off', t => {
  t.same(chooseChallenge(['Basic realm="x"', 'BEARER Realm="https://a/t?b=1,2",service=reg , scope="a\\"b"']), {
    scheme: 'bearer',
    params: { realm: 'https://a/t?b=1,2', service: 'reg', scope: 'a"b' },
  });
  t.same(chooseChallenge(['basic']), { scheme: 'basic', params: {} });
  t.equal(chooseChallenge(['Digest realm="x"', '', '=']), null);
  t.equal(chooseChallenge([]), null);
  t.end();
});

t.test('no header makes it throw', t => {
  fc.assert(fc.property(fc.array(fc.string()), lines => (chooseChallenge(lines)?.scheme ?? 'basic').length > 4));
  t.end();
});
