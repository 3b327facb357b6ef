import t from 'tap';
import { maskNames } from '../../src/parse/masked-text.ts';
import { goQuote } from '../corpus/compose.ts';

t.test('names become marks, words stay', t => {
  const cases: [string, string][] = [
    ['Get "https://r/v2/": EOF', 'get ‹url›: eof'],
    ['Get https://r/v2/: EOF', 'get ‹url›: eof'],
    ['dial tcp [::1]:443: connect: refused', 'dial tcp ‹address›: connect: refused'],
    ['read tcp 10.0.0.1:1->10.0.0.2:443: read: reset', 'read tcp ‹address›: read: reset'],
    ['lchown /usr/local/x: invalid', 'lchown ‹path›: invalid'],
    ['open /etc/containerd/certs.d/r/hosts.toml: no', 'open ‹certs.d›: no'],
    ['dial unix /run/containerd/containerd.sock: no', 'dial unix ‹socket›: no'],
    ['unix:///run/crio/crio.sock', '‹socket›'],
    ['layer sha256:0123456789ab: bad', 'layer ‹digest›: bad'],
    ['net/http: TLS, i/o timeout, input/output error', 'net/http: tls, i/o timeout, input/output error'],
    ['text/html for linux/arm64', 'text/html for linux/arm64'],
    ['host=ghcr.io/a/b:1.', 'host=‹image›.'],
    ['secret "a b" not found', 'secret ‹name› not found'],
    ['{"code":"DENIED","message":"no way"}', '{‹name›:denied: ,‹name›:no way}'],
  ];
  for (const [text, words] of cases) t.equal(maskNames(text).words, words, text);
  t.end();
});

t.test('quotes are undone at any depth, and where the text is a piece of a quoted one', t => {
  let text = 'pull of "r/x:1" failed';
  for (let depth = 1; depth <= 12; depth += 1) {
    text = `level ${depth} says ${goQuote(text)}`;
    t.match(maskNames(text).words, /pull of ‹image› failed\s*$/, `${depth} deep`);
  }
  t.equal(maskNames(String.raw`Head \"https://r/v2/\": EOF`).words, 'head ‹url›: eof');
  t.equal(maskNames(String.raw`says \\\"r/x:1\\\" and`).words, 'says ‹image› and');
  t.end();
});

t.test('unbalanced quotes take the rest', t => {
  t.equal(maskNames('image "r/x:1').words, 'image ‹image›');
  t.equal(maskNames('says "it failed: denied').words, 'says it failed: denied');
  t.same(maskNames('"').words, '‹name›');
  t.end();
});
