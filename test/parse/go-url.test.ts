import { fc } from '../house/property.ts';
import t from 'tap';
import { parseGoUrl, splitHostPort } from '../../src/parse/go-url.ts';

t.test('a URL is taken apart as net/url does', t => {
  const cases: [string, string | null][] = [
    ['https://m.example', 'https|m.example|'],
    ['https://m.example:5000/a/b?c=d#e', 'https|m.example:5000|/a/b'],
    ['HTTPS://m.example/', 'https|m.example|/'],
    ['https://user:pass@m.example', 'https|m.example|'],
    ['https://[::1]:5000/v2', 'https|[::1]:5000|/v2'],
    ['https://m.example/a%20b', 'https|m.example|/a b'],
    ['httpd.example:5000', 'httpd.example||'],
    ['https://', 'https||'],
    ['m.example', '||m.example'],
    ['https://m.example:abc', null],
    ['https://m example', null],
    ['https://m.example/%zz', null],
    ['https://m.example\n', null],
    [':5000', null],
    ['10.0.0.1:5000', null],
  ];
  for (const [text, wanted] of cases) {
    const url = parseGoUrl(text);
    t.equal(url === null ? null : `${url.scheme}|${url.host}|${url.path}`, wanted, text);
  }
  t.equal(parseGoUrl('https://user:pass@m.example')?.userInfo, 'user:pass');
  t.end();
});

t.test('host and port are split', t => {
  const cases: [string, string, string][] = [
    ['m.example', 'm.example', ''],
    ['m.example:5000', 'm.example', '5000'],
    ['[::1]:5000', '::1', '5000'],
    ['[::1]', '::1', ''],
    ['m.example:', 'm.example', ''],
  ];
  for (const [host, name, port] of cases) t.same(splitHostPort(host), { name, port }, host);
  t.end();
});

t.test('no text makes it throw', t => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void parseGoUrl(`https://${text}`)));
  t.pass();
  t.end();
});
