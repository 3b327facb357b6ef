import t from 'tap';
import { openFirst, openTcp } from '../../../src/agent/probe/open-tcp.ts';
import { calm, closedPort, tcp, testNet } from './stand.ts';

t.test('the first address that answers is taken, whatever the others do', async t => {
  const port = await tcp(t, socket => socket.resume());
  const opened = await openFirst(['127.0.0.99', '127.0.0.1'], port, calm, testNet());
  t.equal(opened.ok && opened.value.remoteAddress, '127.0.0.1');
  if (opened.ok) opened.value.destroy();
});

t.test('where none answers the fault is an address’s own; without any address it is said', async t => {
  const port = await closedPort();
  t.match(await openFirst(['127.0.0.1', '127.0.0.2'], port, calm, testNet()), { fault: { code: 'tcp-refused' } });
  t.match(await openFirst([], port, calm, testNet()), { fault: { code: 'dns-nodata' } });
  t.match(await openTcp({ host: '127.0.0.1', port }, AbortSignal.abort(), testNet()), { fault: { code: 'cancelled' } });
});
