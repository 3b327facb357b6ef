import t from 'tap';
import { causes, type Cause } from '../../src/model/cause.ts';
import { explainText } from '../../src/diagnose/explain.ts';
import { findRule, textRules } from '../../src/diagnose/text-rules.ts';
import { readPullError } from '../../src/parse/pull-error.ts';
import { readStatements } from '../../src/parse/statements.ts';

const ruleOf = (text: string): (typeof textRules)[number] | null => {
  const [statement] = readStatements(text, ' ');
  return statement ? findRule(readPullError(statement)) : null;
};

/** Not told by a text alone: the clock needs the node's, and the last two are what is left without a rule. */
const withoutRule: Cause[] = ['clock-skew', 'other', 'not-a-pull-failure'];

t.test('every cause of the taxonomy has a rule', t => {
  for (const cause of Object.keys(causes) as Cause[])
    t.equal(
      textRules.some(rule => rule.cause === cause),
      !withoutRule.includes(cause),
      cause,
    );
  t.end();
});

for (const rule of textRules) {
  t.test(`${rule.cause}: ${rule.fires[0].slice(0, 80)}`, t => {
    for (const text of rule.fires) {
      t.equal(ruleOf(text), rule, text);
      t.equal(explainText(text).cause, rule.cause, `explained: ${text}`);
    }
    t.ok(rule.nearly.length > 0, 'has a text that nearly fires it');
    for (const text of rule.nearly)
      t.ok(ruleOf(text) !== rule || explainText(text).cause === 'not-a-pull-failure', `nearly: ${text}`);
    t.end();
  });
}

t.test('what a rule leaves open is another cause of the taxonomy', t => {
  for (const rule of textRules) {
    t.notOk(rule.also.includes(rule.cause), rule.cause);
    t.equal(new Set(rule.also).size, rule.also.length, rule.cause);
    for (const cause of rule.also) t.ok(cause in causes, cause);
  }
  t.end();
});
