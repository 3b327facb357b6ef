import t from 'tap';
import { pullFinding, settlePull } from '../../src/diagnose/settle-pull.ts';
import type { Walk } from '../../src/model/walk.ts';
import { pullTexts, sampleHost, sampleWalk } from './sample-walk.ts';

const image = 'reg.test/team/api:1';
const settle = (text: string, walk: Walk): string[] =>
  settlePull(text, { ...walk, image }, 'node-1').map(({ severity, cause, textCause }) =>
    `${severity} ${cause} ${textCause ?? ''}`.trim(),
  );

t.test('a pull tried beside its walk has one final cause, told first', t => {
  const page = sampleWalk(image, [sampleHost('reg.test', { id: 'registry.manifest', code: 'not-a-registry' })]);
  t.same(settle(pullTexts['unsupported-manifest'], page), ['error not-a-registry unsupported-manifest']);
  const sound = sampleWalk(image, [sampleHost('reg.test')]);
  t.same(settle(pullTexts['disk-full'], sound), ['error disk-full disk-full']);
  const mirror = sampleHost('m.test', { id: 'tcp.connect', code: 'tcp-refused' }, 'mirror');
  const both = sampleWalk(image, [mirror, sampleHost('reg.test', { id: 'registry.manifest', code: 'rate-limited' })]);
  t.same(settle(pullTexts['mirror-failure'], both), ['error rate-limited mirror-failure', 'warning mirror-failure']);
  t.end();
});

t.test('a text without a walk is a finding of its own', t => {
  const found = pullFinding(pullTexts['dns-failure'], { image, node: 'node-1' });
  t.match(found, { cause: 'dns-failure', textCause: 'dns-failure', severity: 'error', evidence: [], image });
  t.ok(found.fix.length > 0);
  t.end();
});
