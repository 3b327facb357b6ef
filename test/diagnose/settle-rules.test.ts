import t from 'tap';
import { decide, explainsText, isOfPath } from '../../src/diagnose/settle-rules.ts';
import { settleFindings } from '../../src/diagnose/settle.ts';
import { causes, type Cause } from '../../src/model/cause.ts';
import { checkCodes } from '../../src/model/check-codes.ts';
import { sampleFinding, sampleHost, sampleWalk, walkedAt } from './sample-walk.ts';

const image = 'reg.test/team/api:1';
const all = Object.keys(causes) as Cause[];

t.test('whose cause it is', t => {
  const cases: [Cause, Cause, boolean, string][] = [
    ['dns-failure', 'dns-failure', false, 'walk'],
    ['dns-failure', 'hosts-config-invalid', false, 'walk'],
    ['unsupported-manifest', 'not-a-registry', false, 'walk'],
    ['auth-required', 'dns-failure', false, 'open'],
    ['auth-required', 'dns-failure', true, 'walk'],
    ['dns-failure', 'auth-required', true, 'text'],
    ['secret-problem', 'auth-required', true, 'text'],
    ['secret-problem', 'image-not-found', true, 'text'],
    ['credential-provider', 'auth-required', true, 'text'],
    ['auth-denied', 'auth-denied', true, 'walk'],
    ['auth-required', 'auth-denied', true, 'walk'],
    ['backoff-only', 'auth-required', false, 'walk'],
    ['other', 'tls-expired', false, 'walk'],
    ['disk-io', 'tls-expired', true, 'open'],
    ['never-pull', 'dns-failure', true, 'open'],
  ];
  for (const [text, fault, newer, wanted] of cases)
    t.equal(decide(text, fault, newer), wanted, `${text}, ${fault}, ${newer}`);
  t.end();
});

t.test('a fault explains its own text and one that names no cause; what no walk sees is explained by none', t => {
  for (const cause of all) {
    t.ok(explainsText(cause, cause), cause);
    t.ok(explainsText(cause, 'backoff-only'), cause);
    if (!isOfPath(cause))
      t.notOk(
        all.some(fault => fault !== cause && decide(cause, fault, true) !== 'open'),
        cause,
      );
  }
  t.end();
});

t.test('every code that a check can fail with decides a pull of which only the back-off is known', t => {
  for (const [code, { cause }] of Object.entries(checkCodes)) {
    if (cause === null || cause === 'disk-full' || cause === 'runtime-unavailable' || cause === 'clock-skew') continue;
    if (code === 'proxy-not-reloaded') continue;
    const finding = settleFindings(
      [sampleFinding('', { textCause: 'backoff-only' })],
      [sampleWalk(image, [sampleHost('reg.test', { id: 'registry.manifest', code })])],
      { node: 'node-1', now: walkedAt },
    )[0];
    t.match(finding, { cause, textCause: 'backoff-only' }, code);
    t.ok((finding?.fix.length ?? 0) > 0, `${code} has a fix`);
  }
  t.end();
});
