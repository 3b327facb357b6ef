import t from 'tap';
import { probeRegistryRateLimit } from '../../../src/agent/probe/registry-rate-limit.ts';
import { session } from './stand.ts';

t.test('the headers of the manifest tell what is left', async t => {
  const made = await session(t, { url: 'http://reg.test/v2' });
  t.match(await probeRegistryRateLimit(made), { outcome: 'skip', code: 'not-told' });
  const head = (headers: Record<string, string>): void => {
    made.head = { status: 200, headers, challenges: [], body: '', url: new URL('http://reg.test'), redirects: [] };
  };
  head({});
  t.match(await probeRegistryRateLimit(made), { outcome: 'skip', code: 'not-told' });
  head({ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '20;w=21600' });
  t.match(await probeRegistryRateLimit(made), {
    outcome: 'pass',
    facts: { limit: 100, remaining: 20, windowSeconds: 21_600 },
  });
  for (const [source, told] of [
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['0f1e2d3c-account', undefined],
  ] as const) {
    head({ 'ratelimit-remaining': '20;w=21600', 'docker-ratelimit-source': source });
    t.equal((await probeRegistryRateLimit(made)).facts?.['source'], told, 'an address is told, an account is not');
  }
  head({ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' });
  t.match(await probeRegistryRateLimit(made), {
    ...{ outcome: 'fail', code: 'rate-limit-exhausted', detail: /0 of 100/ },
    facts: { retryAfterSeconds: 21_600 },
  });
});
