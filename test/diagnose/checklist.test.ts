import t from 'tap';
import { checklistFor, questions } from '../../src/diagnose/checklist.ts';
import { causes, type Cause } from '../../src/model/cause.ts';

const answers = (cause: Cause, also: Cause[] = [], sent: 'yes' | 'no' | 'unknown' = 'unknown'): string =>
  checklistFor(cause, also, sent)
    .map(({ answer }) => answer)
    .join(' ');

t.test('the six questions, as far as the text shows', t => {
  t.equal(answers('tag-not-found'), 'no no unknown unknown unknown yes');
  t.equal(answers('dns-failure'), 'unknown no unknown unknown unknown no');
  t.equal(answers('auth-required', [], 'no'), 'unknown no yes unknown no yes');
  t.equal(answers('auth-denied', [], 'yes'), 'unknown no yes yes yes yes');
  t.equal(answers('secret-problem'), 'unknown no unknown no yes unknown');
  t.equal(answers('not-a-pull-failure'), 'unknown unknown unknown unknown unknown unknown');
  t.end();
});

t.test('what another possible cause would answer otherwise is unknown', t => {
  t.equal(answers('tag-not-found', ['image-not-found']), 'no no unknown unknown unknown yes');
  t.equal(answers('tag-not-found', ['platform-mismatch']), 'unknown no unknown unknown unknown yes');
  t.end();
});

t.test('every cause answers all six, with a reason', t => {
  t.equal(Object.keys(questions).length, 6);
  for (const cause of Object.keys(causes) as Cause[])
    for (const [index, { question, why }] of checklistFor(cause, [], 'unknown').entries()) {
      t.equal(question, index + 1);
      t.not(why, '');
    }
  t.end();
});
