import t from 'tap';
import { causes, type Cause } from '../../src/model/cause.ts';
import { classOf, familyOf, stageRank, subjectOf } from '../../src/scope/fault-class.ts';

t.test('what only the pod or its secret can mend is about an image, what the node can about the way or itself', t => {
  for (const [cause, { owner }] of Object.entries(causes)) {
    const subject = subjectOf(cause as Cause);
    if (owner === 'workload' || owner === 'credentials') t.equal(subject, 'image', cause);
    if (owner === 'network' || owner === 'runtime') t.not(subject, 'image', cause);
  }
  t.equal(subjectOf('backoff-only'), null, 'which says nothing');
  t.end();
});

t.test('a host that is down shows in three ways, and a broken way out in five', t => {
  t.equal(classOf('network-timeout'), classOf('connection-reset'));
  t.not(classOf('network-timeout'), classOf('dns-failure'));
  t.equal(familyOf(classOf('network-timeout')), familyOf(classOf('dns-failure')));
  t.not(familyOf(classOf('tls-expired')), familyOf(classOf('dns-failure')));
  t.end();
});

t.test('stages rank in the order of the path, and none is after all', t => {
  t.ok(
    stageRank('dns') < stageRank('tcp') &&
      stageRank('tcp') < stageRank('tls') &&
      stageRank('tls') < stageRank('registry'),
  );
  t.ok(stageRank(null) > stageRank('runtime'));
  t.end();
});
