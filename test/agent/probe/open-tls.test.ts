import t from 'tap';
import { openTcp } from '../../../src/agent/probe/open-tcp.ts';
import { answersHttp, openTls } from '../../../src/agent/probe/open-tls.ts';
import { authority, calm, http, https, session, tcp, testNet } from './stand.ts';

t.test('nothing is sent over a connection that is not verified', async t => {
  const ca = await authority(t);
  let requests = 0;
  const port = await https(t, { ca, name: 'other.test' }, (_request, response) => {
    requests += 1;
    response.end();
  });
  const { way } = await session(t, { url: `https://reg.test:${port}/v2`, ca });
  const tcpOpen = await openTcp({ host: '127.0.0.1', port }, calm, testNet());
  if (!tcpOpen.ok) throw new Error(tcpOpen.fault.detail);
  const opened = await openTls(tcpOpen.value, { host: 'reg.test', trust: way.trust }, calm, testNet());
  t.match(opened, { ok: true, value: { faults: [{ code: 'tls-name-mismatch' }] } });
  if (opened.ok) opened.value.socket.destroy();
  t.equal(requests, 0);
});

t.test('what answers with HTTP is known by it, without a request', async t => {
  const seen: string[] = [];
  const plain = await http(t, (request, response) => {
    seen.push(request.url ?? '');
    response.end();
  });
  const silent = await tcp(t, socket => socket.end());
  for (const [port, isHttp] of [
    [plain, true],
    [silent, false],
  ] as const) {
    const open = await openTcp({ host: '127.0.0.1', port }, calm, testNet());
    t.equal(open.ok && (await answersHttp(open.value, calm)), isHttp);
  }
  t.same(seen, []);
});
