import type { Explained } from '../diagnose/explain.ts';
import { block, checklistLines, fixLines } from './answer-lines.ts';
import { oneLine, pageWidth, shorten, type Paint } from './output.ts';

const ownerNotes = {
  workload: 'whoever owns the workload (image name, tag, policy)',
  credentials: 'whoever owns the credentials',
  node: 'whoever runs the node',
  network: 'whoever runs the network between node and registry',
  registry: 'whoever runs the registry',
  runtime: 'whoever runs the node (its container runtime)',
} as const;

const retryNotes = {
  heals: 'may heal by itself; the kubelet tries again within five minutes',
  never: 'trying again cannot help until something is changed',
  wait: 'only waiting helps, or another way to the image',
} as const;

const facts = (answer: Explained): string[] => [
  ...(answer.image === null ? [] : block('image', shorten(oneLine(answer.image), 400))),
  ...(answer.host === null || answer.host === answer.registry ? [] : block('host', oneLine(answer.host))),
  ...(answer.also.length === 0 ? [] : block('or', `could also be ${answer.also.join(', ')}: the text leaves it open`)),
  ...(answer.owner === null ? [] : block('who', ownerNotes[answer.owner])),
  ...(answer.retry === null ? [] : block('retry', retryNotes[answer.retry])),
];

/** The wrappers of the error, outermost first, each deeper by a step; the innermost says what happened. */
const chain = (answer: Explained, paint: Paint): string[] => {
  const parts = answer.chain.slice(-8);
  return parts.map((part, index) => {
    const start = index === 0 ? 'text' : '';
    const line = shorten(`${'  '.repeat(index)}${oneLine(part)}`, pageWidth - 10);
    return `${start.padEnd(10)}${index === parts.length - 1 ? paint(line, 'strong') : paint(line, 'dim')}`;
  });
};

/** An answer as a page that someone can act on. */
export const explainPage = (answer: Explained, paint: Paint): string => {
  if (answer.cause === 'not-a-pull-failure')
    return `${paint(answer.cause, 'dim')}  this text is not of a failed image pull\n`;
  const parts = [
    [`${paint(answer.cause, 'bad')}  ${paint(oneLine(answer.title), 'strong')}`],
    facts(answer),
    chain(answer, paint),
    fixLines(answer.fix, paint),
    checklistLines(answer.checklist, paint),
  ];
  return `${parts
    .flatMap(lines => (lines.length === 0 ? [] : ['', ...lines]))
    .slice(1)
    .join('\n')}\n`;
};

/** An answer as one line, for a list of them. */
export const explainLine = (answer: Explained, paint: Paint): string => {
  const meaning = answer.cause === 'not-a-pull-failure' ? 'dim' : 'bad';
  const also = answer.also.length === 0 ? '' : ` (or ${answer.also.join(', ')})`;
  return `${paint(answer.cause, meaning)}  ${oneLine(answer.title)}${also}\n`;
};
