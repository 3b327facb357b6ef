import t from 'tap';
import { findingLines, groupFindings } from '../../src/cli/finding-text.ts';
import { samplePod } from '../aggregator/sample.ts';
import { sampleItem } from './sample-item.ts';
import { fitsEachPage, plainPage } from './plain-page.ts';

const view = { now: 801_000, wide: false, ...plainPage, retries: [] };
const textOf = (...args: Parameters<typeof findingLines>): string => findingLines(...args).join('\n');

t.test('a finding tells what, since when, who waits, the error and what to type', t => {
  const pods = [samplePod({ nextAttemptAt: 931_000 }), samplePod({ pod: 'api-2', nextAttemptAt: 981_000 })];
  t.equal(
    textOf(sampleItem({ pods, also: ['proxy-failure'] }), '1/2', view),
    `1/2  dns-failure  reg.example/team/api:1
     reg.example does not resolve
     when      since 13m20s, 6 failed attempts, the kubelet tries again in 2m10s
     pods      prod/api-1 (api), prod/api-2 (api)
     or        could also be proxy-failure
     says      dial tcp: lookup reg.example: no such host
     do        1. Ask the name server
                  dig reg.example
     checklist 6 Can the node reach the registry?  no       the name does not resolve`,
  );
  t.end();
});

t.test('many pods are counted, and all shown when asked', t => {
  const item = sampleItem({ pods: Array.from({ length: 9 }, (_, index) => samplePod({ pod: `p-${index}` })) });
  t.match(textOf(item, '1/1', view), /p-4 \(api\)\s+and\s+4\s+more/);
  t.match(textOf(item, '1/1', { ...view, wide: true }), 'p-8');
  t.end();
});

t.test('the host that failed is named where it is not the registry, and the newest retry is told', t => {
  const retry = { image: 'reg.example/team/api:1', at: 741_000, ms: 1, cause: null, message: null };
  const retries = [
    { ...retry, outcome: 'failed' as const, cause: 'dns-failure' as const },
    { ...retry, at: 791_000, outcome: 'pulled' as const },
    { ...retry, image: 'other', outcome: 'unavailable' as const },
  ];
  const text = textOf(sampleItem({ host: 'mirror.example' }), '1/1', { ...view, retries });
  t.match(text, 'host      mirror.example');
  t.match(text, 'again     pullpath tried it 10s ago: pulled');
  const [failed, , unavailable] = retries;
  t.match(textOf(sampleItem(), '1/1', { ...view, retries: failed ? [failed] : [] }), '1m ago: failed, dns-failure');
  t.match(
    textOf(sampleItem({ image: 'other' }), '1/1', { ...view, retries: unavailable ? [unavailable] : [] }),
    'the runtime did not answer',
  );
  t.end();
});

t.test('what was tested from the node is told in words', t => {
  const at = 789_000;
  const tested = (...evidence: [string, string | null, string | null][]): string =>
    textOf(sampleItem({ evidence: evidence.map(([check, host, code]) => ({ check, host, code, at })) }), '1/1', {
      ...view,
      wide: true,
    })
      .split('\n')
      .filter(line => line.includes('tested') || line.startsWith('               '))
      .slice(0, 2)
      .join(' ')
      .replace(/\s+/g, ' ');
  t.match(
    tested(['dns.resolve', 'r.test', null], ['tls.chain', 'r.test', 'tls-expired']),
    'tested from this node 12s ago: dns.resolve passes, tls.chain fails: tls-expired at r.test',
  );
  t.match(
    tested(['dns.resolve', 'r.test', null], ['tcp.connect', 'r.test', null], ['tls.chain', 'r.test', 'tls-expired']),
    'dns.resolve, tcp.connect pass, tls.chain fails: tls-expired at r.test',
  );
  t.match(
    tested(['registry.manifest', 'r.test', null], ['registry.blob', 'r.test', null]),
    '12s ago: registry.manifest, registry.blob pass at r.test',
  );
  t.match(
    tested(['config.hosts-toml', null, 'hosts-config-invalid']),
    '12s ago: config.hosts-toml fails: hosts-config-invalid',
  );
  t.notMatch(textOf(sampleItem(), '1/1', view), 'tested');
  const contradicted = sampleItem({ cause: 'not-a-registry', textCause: 'unsupported-manifest' });
  t.match(textOf(contradicted, '1/1', view), 'text      the error alone reads as unsupported-manifest');
  t.end();
});

t.test('images that fail by one fault at one host are one block', t => {
  const of = (image: string, given: Parameters<typeof sampleItem>[0] = {}) =>
    sampleItem({
      id: image,
      image,
      stage: 'dns',
      host: 'reg.example',
      registry: 'reg.example',
      pods: [samplePod({ pod: image.slice(-1) })],
      ...given,
    });
  const shown = groupFindings([
    of('reg.example/a'),
    of('reg.example/b'),
    of('reg.example/c', { cause: 'auth-denied', stage: 'auth' }),
    of('reg.example/d', { cause: 'auth-denied', stage: 'auth' }),
    of('reg.example/e', { severity: 'warning' }),
    of('other.example/f', { host: 'other.example', registry: 'other.example' }),
  ]);
  t.equal(shown.length, 5, 'what is an image’s own, a warning, or elsewhere stands by itself');
  t.match(shown[0], { alsoImages: ['reg.example/b'], pods: [{ pod: 'a' }, { pod: 'b' }] });
  const text = shown[0] === undefined ? '' : textOf(shown[0], '1/5', view);
  t.match(text, 'images    and reg.example/b');
  t.end();
});

t.test('the kubelet’s next attempt may be due', t => {
  const item = sampleItem({ pods: [samplePod({ nextAttemptAt: 1 })] });
  t.match(textOf(item, '1/1', view), 'the kubelet is about to try again');
  t.end();
});

t.test('no line is wider than the page but a command, and none commands the terminal', t => {
  const long = `${'x'.repeat(300)}\u001b[31m ${'word '.repeat(100)}`;
  const item = sampleItem({ image: long, title: long, message: long, host: long, pods: [samplePod({ pod: long })] });
  const shown = { ...item, fix: [{ say: long }] };
  fitsEachPage(t, page => findingLines(shown, '1/1', { ...view, ...page }).join('\n'));
  for (const line of findingLines(shown, '1/1', view)) t.notMatch(line, /[\u0000-\u001f]/);
  t.end();
});

t.test('what is done to have the image, or why nothing is, is told', t => {
  const recovery = { state: 'refused', code: 'policy-always', says: 'not pulled: with Always' } as const;
  t.match(textOf(sampleItem({ recovery }), '1/1', view), /not pulled: with Always/);
  const other = {
    image: 'docker.io/library/nginx',
    at: 1,
    ms: 5,
    outcome: 'pulled',
    cause: null,
    message: null,
  } as const;
  t.match(
    textOf(sampleItem({ image: 'nginx:latest' }), '1/1', { ...view, retries: [other] }),
    'pullpath tried it',
    'by any spelling',
  );
  t.end();
});
