import { once } from 'node:events';
import t from 'tap';
import { endOf, hostPort, realNet, withDeadline } from '../../../src/agent/probe/net.ts';
import { tcp } from './stand.ts';

t.test('hosts and ports are written and read as URLs have them', t => {
  t.equal(hostPort('::1', 53), '[::1]:53');
  t.equal(hostPort('a.test', 443), 'a.test:443');
  t.same(endOf(new URL('https://a.test/v2')), { host: 'a.test', port: 443 });
  t.same(endOf(new URL('http://[::1]/v2')), { host: '::1', port: 80 });
  t.same(endOf(new URL('https://a.test:5000/v2')), { host: 'a.test', port: 5000 });
  t.end();
});

t.test('a deadline ends before the caller does, or with it', t => {
  t.ok(withDeadline(AbortSignal.abort(), 1000).aborted);
  t.notOk(withDeadline(new AbortController().signal, 1000).aborted);
  t.end();
});

t.test('the real network connects', async t => {
  const port = await tcp(t, socket => socket.end('hello'));
  const [first] = (await once(realNet.connect({ host: '127.0.0.1', port }), 'data')) as [Buffer];
  t.equal(String(first), 'hello');
  t.equal(realNet.dnsPort, 53);
  t.ok(Math.abs(realNet.now() - Date.now()) < 1000);
});
