import t from 'tap';
import type { CriResult } from '../../src/agent/cri/client.ts';
import { limits } from '../../src/model/limits.ts';
import { pullOnce } from '../../src/agent/pull.ts';

const noHost = 'failed to do request: Head "https://x.test/v2/": dial tcp: lookup x.test on 10.0.0.2:53: no such host';
const pull = (result: CriResult<string> | null, signal = new AbortController().signal) => {
  const client = {
    pullImage: () => Promise.resolve(result as CriResult<string>),
    imageStatus: () => Promise.resolve({ ok: true as const, value: null }),
  };
  return pullOnce({ image: 'x.test/a:1', client: result === null ? null : client, auth: null, now: () => 5 }, signal);
};

t.test('a pull is recorded with what came of it', async t => {
  t.match(await pull({ ok: true, value: 'sha256:1' }), { image: 'x.test/a:1', at: 5, outcome: 'pulled', cause: null });
  t.match(await pull({ ok: false, code: 'UNKNOWN', details: noHost }), {
    outcome: 'failed',
    cause: 'dns-failure',
    message: noHost,
  });
  const proxy = await pull({ ok: false, code: 'UNKNOWN', details: 'invalid proxy address "http://q:sentinel@p:3128"' });
  t.notMatch(JSON.stringify(proxy), 'sentinel', 'a credential in the runtime’s words is not kept');
  t.match(await pull({ ok: false, code: 'UNAVAILABLE', details: 'Connection dropped' }), { outcome: 'unavailable' });
  const busy =
    'failed to resolve reference "x.test/a:1": unexpected status from HEAD request to https://x.test/v2/a/manifests/1: 503 Service Unavailable';
  t.match(
    await pull({ ok: false, code: 'UNAVAILABLE', details: busy }),
    { outcome: 'failed', cause: 'registry-error' },
    'a registry’s 503 comes by the same code',
  );
  const long = `failed to pull image: ${'x'.repeat(limits.messageBytes / 4)}: ${noHost}`;
  t.match(
    await pull({ ok: false, code: 'UNKNOWN', details: long }),
    { cause: 'dns-failure', message: long.slice(0, limits.messageBytes / 4) },
    'the cause is that of the whole text',
  );
  t.match(await pull(null), { outcome: 'unavailable', cause: 'runtime-unavailable' });
  t.equal(
    await pull({ ok: true, value: 'x' }, AbortSignal.abort()),
    null,
    'one that the agent’s end cut short is no record',
  );
});
