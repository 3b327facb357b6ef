import { fc } from '../house/property.ts';
import t from 'tap';
import { proxyFor } from '../../src/parse/proxy-env.ts';

const both = { HTTP_PROXY: 'http://plain.proxy:3128', HTTPS_PROXY: 'http://tls.proxy:3128' };

t.test('the scheme of the request and the case of the name choose the variable', t => {
  const cases: [string, Record<string, string>, string | null][] = [
    ['https://r.example/v2', both, 'http://tls.proxy:3128'],
    ['http://r.example/v2', both, 'http://plain.proxy:3128'],
    ['http://r.example', { HTTPS_PROXY: 'http://p' }, null],
    ['https://r.example', { HTTP_PROXY: 'http://p', ALL_PROXY: 'http://p' }, null],
    ['https://r.example', { https_proxy: 'http://low' }, 'http://low'],
    ['https://r.example', { HTTPS_PROXY: 'http://up', https_proxy: 'http://low' }, 'http://up'],
    ['https://r.example', { HTTPS_PROXY: '', https_proxy: 'http://low' }, 'http://low'],
    ['https://r.example', { HTTPS_PROXY: 'p.example:3128' }, 'http://p.example:3128'],
    ['https://r.example', { HTTPS_PROXY: '10.0.0.1:3128' }, 'http://10.0.0.1:3128'],
    ['https://r.example', { HTTPS_PROXY: 'https://p:1' }, 'https://p:1'],
    ['https://r.example', { HTTPS_PROXY: 'socks5://p:1' }, 'socks5://p:1'],
    ['https://r.example', { HTTPS_PROXY: 'http://p q' }, 'http://http://p q'],
    ['https://r.example', { HTTPS_PROXY: 'p\u007f' }, null],
    ['ftp://r.example', both, null],
  ];
  for (const [url, env, wanted] of cases)
    t.equal(proxyFor(url, env)?.connect ?? null, wanted, `${url} ${JSON.stringify(env)}`);
  t.end();
});

t.test('NO_PROXY is read to the letter of Go', t => {
  const cases: [string, string, 'direct' | 'proxy'][] = [
    ['*', 'https://r.example', 'direct'],
    ['a,*', 'https://r.example', 'direct'],
    ['r.example', 'https://r.example', 'direct'],
    ['r.example', 'https://sub.r.example', 'direct'],
    ['r.example', 'https://xr.example', 'proxy'],
    ['.r.example', 'https://r.example', 'proxy'],
    ['.r.example', 'https://sub.r.example', 'direct'],
    ['*.r.example', 'https://r.example', 'proxy'],
    ['*.r.example', 'https://a.b.r.example', 'direct'],
    ['*r.example', 'https://r.example', 'proxy'],
    ['R.Example', 'https://r.EXAMPLE', 'direct'],
    [' a , r.example ', 'https://r.example', 'direct'],
    ['a r.example', 'https://r.example', 'proxy'],
    ['a;r.example', 'https://r.example', 'proxy'],
    ['r.example:443', 'https://r.example', 'direct'],
    ['r.example:443', 'https://r.example:5000', 'proxy'],
    ['r.example:5000', 'https://r.example:5000', 'direct'],
    ['r.example:80', 'http://r.example', 'direct'],
    [':443', 'https://r.example', 'proxy'],
    ['r.example.', 'https://r.example', 'proxy'],
    ['https://r.example', 'https://r.example', 'proxy'],
    ['10.0.0.0/8', 'https://10.1.2.3:5000', 'direct'],
    ['10.0.0.0/8', 'https://r.example', 'proxy'],
    ['10.1.2.3/8', 'https://10.9.9.9', 'direct'],
    ['10.1.2.3', 'https://10.1.2.3:5000', 'direct'],
    ['10.1.2.3:5000', 'https://10.1.2.3:5000', 'direct'],
    ['10.1.2.3:5000', 'https://10.1.2.3', 'proxy'],
    ['10.1.2', 'https://10.1.2.3', 'proxy'],
    ['10.1.2.*', 'https://10.1.2.3', 'proxy'],
    ['fd00::/8', 'https://[fd00::1]:5000', 'direct'],
    ['fd00::1', 'https://[fd00::1]:5000', 'direct'],
    ['[fd00::1]:5000', 'https://[fd00::1]:5000', 'direct'],
    ['[fd00::1]:443', 'https://[fd00::1]:5000', 'proxy'],
    ['::ffff:10.1.2.3', 'https://10.1.2.3', 'direct'],
    ['', 'https://localhost:5000', 'direct'],
    ['', 'https://127.0.0.1', 'direct'],
    ['', 'https://127.9.9.9:5000', 'direct'],
    ['', 'https://[::1]:5000', 'direct'],
    ['', 'https://localhost.example', 'proxy'],
    ['', 'https://LOCALHOST', 'proxy'],
    [',,', 'https://r.example', 'proxy'],
  ];
  for (const [noProxy, url, wanted] of cases)
    t.equal(proxyFor(url, { ...both, NO_PROXY: noProxy }) === null ? 'direct' : 'proxy', wanted, `${noProxy} | ${url}`);
  t.equal(proxyFor('https://r.example', { ...both, no_proxy: 'r.example' }), null, 'in small letters');
  t.end();
});

t.test('what is shown of a proxy has neither user nor password', t => {
  const proxy = proxyFor('https://r.example', { HTTPS_PROXY: 'http://robot:s3cret@p.example:3128/x' });
  t.equal(proxy?.shown, 'http://p.example:3128');
  t.equal(proxy?.variable, 'HTTPS_PROXY');
  t.match(proxy?.connect, 's3cret');
  t.notMatch(proxyFor('https://r.example', { HTTPS_PROXY: 'robot:s3cret@p.example:3128' })?.shown, /s3cret|robot/);
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true }), fc.string(), (url, noProxy) => {
      const found = proxyFor(url, { HTTPS_PROXY: 'http://u:s3cret@p', HTTP_PROXY: 'u:s3cret@p', NO_PROXY: noProxy });
      return found === null || !found.shown.includes('s3cret');
    }),
  );
  t.end();
});
