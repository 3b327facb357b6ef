import t from 'tap';
import { calm, nameserver, testNet, testResolver } from './stand.ts';

const rcodes = { servfail: 2, nxdomain: 3, refused: 5 };

t.test('each rcode is told apart, and silence too', async t => {
  const { port } = await nameserver(t, name => {
    if (name.startsWith('silent')) return null;
    const rcode = Object.entries(rcodes).find(([word]) => name.startsWith(word))?.[1];
    return rcode === undefined ? { addresses: name.startsWith('empty') ? [] : ['192.0.2.7'] } : { rcode };
  });
  const resolver = testResolver(testNet({ dnsPort: port }));
  const cases: [string, string][] = [
    ['nxdomain.test.', 'dns-nxdomain'],
    ['servfail.test.', 'dns-servfail'],
    ['refused.test.', 'dns-refused'],
    ['empty.test.', 'dns-nodata'],
    ['silent.test.', 'dns-timeout'],
    [`${'a'.repeat(64)}.test.`, 'dns-name-invalid'],
  ];
  const answers = await Promise.all(cases.map(([name]) => resolver.ask('127.0.0.1', name, calm)));
  for (const [at, [name, code]] of cases.entries()) t.match(answers[at]?.result, { ok: false, fault: { code } }, name);
  t.same(await resolver.resolve('a.test', calm), { ok: true, value: { addresses: ['192.0.2.7'], from: '127.0.0.1' } });
});

t.test('suffixes are tried in Go’s order, and a name is asked for once', async t => {
  const { port, asked } = await nameserver(t, name =>
    name === 'reg.corp.test' ? { addresses: ['192.0.2.8'] } : { rcode: rcodes.nxdomain },
  );
  const conf = 'nameserver 127.0.0.1\nsearch lab.test corp.test\n';
  const resolver = testResolver(testNet({ dnsPort: port }), conf);
  t.match(await resolver.resolve('reg', calm), { value: { addresses: ['192.0.2.8'] } });
  await resolver.resolve('reg', calm);
  t.same(asked, ['reg.lab.test', 'reg.corp.test']);
});

t.test('a dead nameserver is passed over, a denial is not', async t => {
  const { port } = await nameserver(t, name => (name.startsWith('no') ? { rcode: 3 } : { addresses: ['192.0.2.9'] }));
  const conf = 'nameserver 127.0.0.2\nnameserver 127.0.0.1\n';
  const resolver = testResolver(testNet({ dnsPort: port }), conf);
  t.match(await resolver.resolve('a.test', calm), { value: { from: '127.0.0.1' } });
  t.match(await resolver.ask('127.0.0.2', 'a.test.', calm), { result: { fault: { code: 'dns-unreachable' } } });
  t.match(await resolver.resolve('no.test', calm), { fault: { code: 'dns-nxdomain' } });
});

t.test('addresses and names of the hosts file need no nameserver', async t => {
  const resolver = testResolver();
  t.match(await resolver.resolve('192.0.2.1', calm), { value: { addresses: ['192.0.2.1'] } });
  t.match(await resolver.resolve('REG.test.', calm), { value: { addresses: ['127.0.0.1'], from: '/etc/hosts' } });
  t.equal(resolver.known('other.test'), null);
});
