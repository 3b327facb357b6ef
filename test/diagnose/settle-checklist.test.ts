import t from 'tap';
import { checklistFor } from '../../src/diagnose/checklist.ts';
import { settledChecklist } from '../../src/diagnose/settle-checklist.ts';
import { readWalk } from '../../src/diagnose/settle-walk.ts';
import { sampleHost, sampleWalk } from './sample-walk.ts';

const image = 'reg.test/team/api:1';
const answers = (code: Parameters<typeof sampleHost>[1], current = true): string => {
  const said = readWalk(sampleWalk(image, [sampleHost('reg.test', code)]));
  const fault = said.says === 'broken' ? (said.faults[0] ?? null) : null;
  return settledChecklist(checklistFor('backoff-only', [], 'unknown'), said, { fault, current })
    .map(({ answer }) => answer)
    .join(' ');
};

t.test('what this node saw answers the six questions; what it did not see stays as it was', t => {
  t.equal(answers(null), 'yes yes no unknown unknown yes');
  t.equal(answers(null, false), 'yes no no unknown unknown yes', 'a failure since then');
  t.equal(answers({ id: 'dns.resolve', code: 'dns-nxdomain' }), 'unknown no unknown unknown unknown no');
  t.equal(answers({ id: 'registry.manifest', code: 'tag-not-found' }), 'no no unknown unknown unknown yes');
  t.equal(answers({ id: 'registry.platform', code: 'platform-missing' }), 'yes no unknown unknown unknown yes');
  t.equal(answers({ id: 'registry.manifest', code: 'auth-required' }), 'unknown no yes unknown unknown yes');
  t.equal(answers({ id: 'registry.manifest', code: 'not-a-registry' }), 'unknown no unknown unknown unknown no');
  t.equal(answers({ id: 'registry.blob', code: 'blob-host-unreachable' }), 'yes no unknown unknown unknown no');
  t.end();
});
