import t from 'tap';
import { probeTcpConnect } from '../../../src/agent/probe/tcp-connect.ts';
import { calm, tcp, testNet } from './stand.ts';

t.test('an address that answers passes', async t => {
  const port = await tcp(t, socket => socket.resume());
  const check = await probeTcpConnect({ address: '127.0.0.1', port, otherFamily: false }, calm, testNet());
  t.match(check, { outcome: 'pass', facts: { address: '127.0.0.1', port } });
});

t.test('no route over IPv6 was not tested where IPv4 is there, and is a failure where it is not', async t => {
  const { connect } = testNet();
  const noRoute = testNet({
    connect: to => {
      const socket = connect({ ...to, host: '127.0.0.1' });
      return socket.destroy(Object.assign(new Error('no route'), { code: 'ENETUNREACH' }));
    },
  });
  const to = { address: '2001:db8::1', port: 443 };
  t.match(await probeTcpConnect({ ...to, otherFamily: true }, calm, noRoute), { outcome: 'skip', code: 'no-ipv6' });
  t.match(await probeTcpConnect({ ...to, otherFamily: false }, calm, noRoute), {
    outcome: 'fail',
    code: 'tcp-unreachable',
  });
});
