import t from 'tap';
import { dial, isLocalAddress } from '../../../src/agent/probe/dial.ts';
import { calm, closedPort, session, tcp } from './stand.ts';

t.test('the node’s own addresses are known in every form', t => {
  for (const address of [
    '127.0.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    '::ffff:127.0.0.1',
    '::ffff:169.254.1.1',
    '::ffff:0.0.0.0',
    '64:ff9b::7f00:1',
    'fd00:ec2::254',
  ])
    t.ok(isLocalAddress(address), address);
  for (const address of ['10.0.0.1', '192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1'])
    t.notOk(isLocalAddress(address), address);
  t.end();
});

t.test('a redirect from outside is not followed to the node itself', async t => {
  const port = await tcp(t, socket => socket.end());
  const { way } = await session(t, { url: 'http://reg.test/v2' });
  for (const host of ['127.0.0.1', 'reg.test', '[::1]', '169.254.169.254'])
    t.match(
      await dial(new URL(`http://${host}:${port}/`), way, calm, true),
      { fault: { code: 'redirect-refused' } },
      host,
    );
  const opened = await dial(new URL(`http://reg.test:${port}/`), way, calm, false);
  t.match(opened, { ok: true, value: { proxied: false } });
  if (opened.ok) opened.value.socket.destroy();
});

t.test('a way through a proxy says so', async t => {
  const port = await tcp(t, socket => socket.resume());
  const { way } = await session(t, { url: 'http://reg.test/v2', proxyEnv: { HTTP_PROXY: `http://127.0.0.1:${port}` } });
  const opened = await dial(new URL('http://other.test/'), way, calm, false);
  t.match(opened, { ok: true, value: { proxied: true } });
  if (opened.ok) opened.value.socket.destroy();
  const gone = { ...way, proxyEnv: { HTTPS_PROXY: `http://127.0.0.1:${await closedPort()}` } };
  t.match(await dial(new URL('https://other.test/'), gone, calm, false), { fault: { code: 'proxy-unreachable' } });
});
