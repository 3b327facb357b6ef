import t from 'tap';
import { probeDnsNameserver } from '../../../src/agent/probe/dns-nameserver.ts';
import { calm, nameserver, testNet, testResolver } from './stand.ts';

t.test('one nameserver is asked for the name and its suffixed forms; the bare name’s fault is told', async t => {
  const { port, asked } = await nameserver(t, name =>
    name === 'x.corp.test' ? { addresses: ['192.0.2.3'] } : { rcode: 3 },
  );
  const resolver = testResolver(testNet({ dnsPort: port }), 'nameserver 127.0.0.1\nsearch corp.test\n');
  const good = await probeDnsNameserver({ server: '127.0.0.1', name: 'x', resolver }, calm);
  t.match(good, { id: 'dns.nameserver', outcome: 'pass', facts: { server: '127.0.0.1', addresses: ['192.0.2.3'] } });
  const bad = await probeDnsNameserver({ server: '127.0.0.1', name: 'no.such', resolver }, calm);
  t.match(bad, { outcome: 'fail', code: 'dns-nxdomain', facts: { asked: ['no.such.', 'no.such.corp.test.'] } });
  t.same(asked, ['x.corp.test', 'no.such', 'no.such.corp.test']);
});
