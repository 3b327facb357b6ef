import { adviceFor } from '../../src/diagnose/advice.ts';
import { adviceNames } from '../../src/diagnose/advice-names.ts';
import { textRules } from '../../src/diagnose/text-rules.ts';
import { causes, type Cause } from '../../src/model/cause.ts';
import type { FixStep } from '../../src/model/finding.ts';

const names = adviceNames({ image: null, registry: null, host: null, known: {}, runtime: 'containerd' });

const fence = (text: string, language = ''): string => `\`\`\`${language}\n${text}\n\`\`\``;

const steps = (list: FixStep[]): string =>
  list
    .map(({ say, run }, index) => {
      const head = `${index + 1}. ${say}`;
      return run === undefined ? head : `${head}\n\n${fence(run, 'sh').replace(/^/gm, '   ')}`;
    })
    .join('\n\n');

const rulesOf = (cause: Cause): typeof textRules => textRules.filter(rule => rule.cause === cause);

const examplesOf = (cause: Cause): string[] =>
  rulesOf(cause)
    .map(({ fires }) => fires[0])
    .slice(0, 3);

const section = (cause: Cause): string => {
  const { means, confirm, fix } = adviceFor(cause);
  const { stage, owner, retry } = causes[cause];
  const facts = stage === null ? '' : `Stage \`${stage}\`, owner \`${owner}\`, retry \`${retry}\`.`;
  const also = [...new Set(rulesOf(cause).flatMap(rule => rule.also))];
  const examples = examplesOf(cause);
  return [
    `## ${cause}`,
    `${means} ${facts}`.trim(),
    ...(examples.length === 0 ? [] : [`The software says, for example:`, fence(examples.join('\n\n'))]),
    ...(also.length === 0 ? [] : [`The text alone may leave open: ${also.map(one => `\`${one}\``).join(', ')}.`]),
    ...(confirm(names).length === 0 ? [] : ['### Confirm', steps(confirm(names))]),
    ...(fix(names).length === 0 ? [] : ['### Fix', steps(fix(names))]),
  ].join('\n\n');
};

/** docs/causes.md: what each cause is, how it shows, how to confirm it and what to do. */
export const causesPage = (): string =>
  [
    '# Causes',
    'Written by `npm run docs` from the rules and the advice in `src/diagnose`. Slugs are part of the API and never change. `retry` tells whether trying again can help: it may heal by itself, never until someone changes something, or only wait. Words in capitals stand for your own names; `pullpath explain` fills them in.',
    ...(Object.keys(causes) as Cause[]).map(section),
  ].join('\n\n');
