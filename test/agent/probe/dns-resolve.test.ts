import t from 'tap';
import { probeDnsResolve } from '../../../src/agent/probe/dns-resolve.ts';
import { calm, nameserver, testNet, testResolver } from './stand.ts';

t.test('addresses are handed on, each once; a fault names the name', async t => {
  const { port } = await nameserver(t, name =>
    name === 'a.test' ? { addresses: ['192.0.2.1', '192.0.2.1', '192.0.2.2'] } : { rcode: 2 },
  );
  const resolver = testResolver(testNet({ dnsPort: port }));
  let addresses: string[] = [];
  const found = (list: string[]): void => {
    addresses = list;
  };
  t.match(await probeDnsResolve({ name: 'a.test', resolver, found }, calm), { outcome: 'pass' });
  t.same(addresses, ['192.0.2.1', '192.0.2.2']);
  const bad = await probeDnsResolve({ name: 'b.test', resolver, found }, calm);
  t.match(bad, { outcome: 'fail', code: 'dns-servfail', detail: /^b\.test/ });
});
