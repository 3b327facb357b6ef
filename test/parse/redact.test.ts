import { readFileSync } from 'node:fs';
import t from 'tap';
import { redact } from '../../src/parse/redact.ts';
import { fc } from '../house/property.ts';

const secret = 'Zm9vOmJhcg0';

const held: [title: string, text: string, then: string][] = [
  [
    'a blob behind a signed URL',
    `failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://b.test/o/sha256/ab?X-Amz-Signature=${secret}&X-Amz-Date=${secret}": dial tcp: i/o timeout`,
    'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://b.test/o/sha256/ab?X-Amz-Signature=[REDACTED]&X-Amz-Date=[REDACTED]": dial tcp: i/o timeout',
  ],
  [
    'a token request keeps what it asks for',
    `Get "https://auth.test/token?account=${secret}&scope=repository%3Ateam%2Fapi%3Apull&service=r.test": EOF`,
    'Get "https://auth.test/token?account=[REDACTED]&scope=repository%3Ateam%2Fapi%3Apull&service=r.test": EOF',
  ],
  [
    'a proxy with a password, quoted twice',
    `err="rpc error: code = Unknown desc = proxyconnect: invalid proxy address \\"http://bob:${secret}@proxy.test:3128\\": x"`,
    'err="rpc error: code = Unknown desc = proxyconnect: invalid proxy address \\"http://[REDACTED]@proxy.test:3128\\": x"',
  ],
  ['a password with an at sign', `https://bob:p@${secret}@r.test/v2/`, 'https://[REDACTED]@r.test/v2/'],
  ['a header', `got Authorization: Basic ${secret}=, want none`, 'got Authorization: Basic [REDACTED] want none'],
  ['a header of Go', `map[Authorization:[Bearer ${secret}]]`, 'map[Authorization:[Bearer [REDACTED]]]'],
  ['a header without a scheme', `Authorization: ${secret}9`, 'Authorization: [REDACTED]'],
  [
    'a configuration, escaped',
    `{\\"auths\\":{\\"r.test\\":{\\"auth\\":\\"${secret}\\",\\"password\\": \\"a b\\"}}}`,
    '{\\"auths\\":{\\"r.test\\":{\\"auth\\":\\"[REDACTED]\\",\\"password\\": \\"[REDACTED]\\"}}}',
  ],
  ['an assignment', `login with password=${secret} failed`, 'login with password=[REDACTED] failed'],
  ['a bearer in prose', `sent bearer ${secret}abcdef1234567890`, 'sent bearer [REDACTED]'],
  ['a web token', `token eyJhbGciOi.eyJzdWIiOi.${secret}: expired`, 'token [REDACTED]: expired'],
];

t.test('what may be a credential is taken away, and the rest stays', t => {
  for (const [title, text, then] of held) {
    t.equal(redact(text), then, title);
    t.notMatch(redact(text), secret, title);
    t.equal(redact(then), then, `${title}, a second time`);
  }
  t.end();
});

t.test('what only looks so stays as it is', t => {
  for (const text of [
    'docker://r.test/team/api@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef: not found',
    'unauthorized: authentication required',
    'Www-Authenticate: Bearer realm="https://auth.test/token",service="r.test",scope="repository:team/api:pull"',
    'failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
    'server message: insufficient_scope: authorization failed',
    'no basic auth credentials',
    'basic authentication is not enabled on this server, see the manual',
    'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
    'secret "default/regcred" not found',
  ])
    t.equal(redact(text), text);
  t.end();
});

t.test('a corpus of messages says the same afterwards', t => {
  const lines = readFileSync(new URL('../corpus/pull-errors.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const texts = lines.map(line => (JSON.parse(line) as { text: string }).text);
  t.ok(texts.length > 100);
  const changed = texts.filter(text => redact(text) !== text && !/[?&][^=\s]+=/.test(text));
  t.same(changed, []);
  t.end();
});

t.test('a password in a URL never stays, whatever it is', t => {
  const password = fc.string({ minLength: 6, unit: fc.constantFrom(...'abcXYZ019-._~!$*+,;=:@%'.split('')) });
  fc.assert(
    fc.property(password, fc.constantFrom('http', 'https', 'socks5'), (word, kind) => {
      const clean = redact(`invalid proxy address "${kind}://q:${word}@proxy.test:3128/": parse`);
      t.ok(clean.includes('proxy.test:3128') && !clean.includes(`q:${word}`));
    }),
  );
  t.end();
});
