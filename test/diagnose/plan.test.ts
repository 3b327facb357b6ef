import t from 'tap';
import { blockerOf, planHost, type HostPlanFacts } from '../../src/diagnose/plan.ts';

const plain: HostPlanFacts = { scheme: 'https', proxied: false, named: true, image: true, resolves: true };
const ids = (facts: Partial<HostPlanFacts>): string =>
  planHost({ ...plain, ...facts })
    .map(({ id }) => id)
    .join(' ');
const asked = 'registry.ping registry.token';
const image = 'registry.manifest registry.rate-limit registry.platform registry.blob';

t.test('each kind of host has its steps, in the order of the path', t => {
  const cases: [Partial<HostPlanFacts>, string][] = [
    [{}, `dns.nameserver dns.resolve tcp.connect tls.handshake tls.chain ${asked} ${image}`],
    [{ image: false }, `dns.nameserver dns.resolve tcp.connect tls.handshake tls.chain ${asked}`],
    [{ named: false, image: false }, `dns.resolve tcp.connect tls.handshake tls.chain ${asked}`],
    [{ scheme: 'http', image: false }, `dns.nameserver dns.resolve tcp.connect ${asked}`],
    [{ proxied: true, image: false }, `proxy.connect tls.handshake tls.chain ${asked}`],
    [{ proxied: true, scheme: 'http', image: false }, `proxy.connect ${asked}`],
    [{ resolves: false }, `dns.nameserver dns.resolve tcp.connect tls.handshake tls.chain ${asked}`],
  ];
  for (const [facts, wanted] of cases) t.equal(ids(facts), wanted);
  t.end();
});

t.test('every step waits only for steps before it', t => {
  for (const scheme of ['http', 'https'] as const)
    for (const proxied of [true, false]) {
      const seen = new Set<string>();
      for (const { id, waitsFor } of planHost({ ...plain, scheme, proxied })) {
        for (const before of waitsFor) t.ok(seen.has(before), `${id} waits for ${before}`);
        seen.add(id);
      }
    }
  t.end();
});

t.test('a step is stopped by the failure at the root, and by nothing less', t => {
  const step = { id: 'tls.handshake', waitsFor: ['tcp.connect'] } as const;
  const of = (outcome: string, waitsFor?: string) => ({
    id: 'tcp.connect',
    outcome,
    ...(waitsFor ? { waitsFor } : {}),
  });
  const blocker = (...done: ReturnType<typeof of>[]): string | null =>
    blockerOf({ id: step.id, waitsFor: [...step.waitsFor] }, done);
  t.equal(blocker(of('fail')), 'tcp.connect');
  t.equal(blocker(of('fail'), of('pass')), null, 'one address is enough');
  t.equal(blocker(of('skip', 'dns.resolve')), 'dns.resolve');
  t.equal(blocker(of('skip')), null, 'a skip for its own reasons');
  t.equal(blocker(), null);
  t.end();
});
