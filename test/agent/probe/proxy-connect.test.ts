import t from 'tap';
import { probeProxyConnect } from '../../../src/agent/probe/proxy-connect.ts';
import { calm, http, session, testNet } from './stand.ts';

t.test('a proxy for plain HTTP is only connected to; one for TLS must open a tunnel', async t => {
  const port = await http(t, (_request, response) => response.end());
  const { way } = await session(t, { url: 'http://reg.test/v2' });
  const shown = `http://127.0.0.1:${port}`;
  const target = { ...way, proxy: { connect: shown, shown, variable: 'HTTP_PROXY' }, host: 'reg.test', port: 80 };
  t.match(await probeProxyConnect({ ...target, plain: true }, calm, testNet()), {
    ...{ outcome: 'pass', facts: { proxy: shown, variable: 'HTTP_PROXY' } },
  });
  t.match(await probeProxyConnect({ ...target, plain: false }, calm, testNet()), {
    outcome: 'fail',
    code: 'proxy-refused',
  });
});
