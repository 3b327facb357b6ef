import type { Explained, OtherFailure } from '../diagnose/explain.ts';
import { sh } from '../diagnose/shell.ts';
import { block, checklistLines, fixLines } from './answer-lines.ts';
import { oneLine, shorten, wrap, type Page, type Paint } from './output.ts';

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

const facts = (answer: Explained, page: Page): string[] => [
  ...(answer.image === null ? [] : block('image', shorten(oneLine(answer.image), 400), page)),
  ...(answer.host === null || answer.host === answer.registry ? [] : block('host', oneLine(answer.host), page)),
  ...(answer.also.length === 0
    ? []
    : block('or', `could also be ${answer.also.join(', ')}: the text leaves it open`, page)),
  ...(answer.owner === null ? [] : block('who', ownerNotes[answer.owner], page)),
  ...(answer.retry === null ? [] : block('retry', retryNotes[answer.retry], page)),
];

/** The wrappers of the error, outermost first, each deeper by a step; the innermost says what happened. */
const chain = (answer: Explained, { paint, width }: Page): string[] => {
  const parts = answer.chain.slice(-8);
  return parts.map((part, index) => {
    const start = index === 0 ? 'text' : '';
    const line = shorten(`${'  '.repeat(index)}${oneLine(part)}`, width - 10);
    return `${start.padEnd(10)}${index === parts.length - 1 ? paint(line, 'strong') : paint(line, 'dim')}`;
  });
};

const headLines = ({ cause, title }: Explained, { paint, width }: Page): string[] => {
  const indent = `${cause}  `.length;
  const [first = '', ...more] = wrap(title, width - indent);
  return [
    `${paint(cause, 'bad')}  ${paint(first, 'strong')}`,
    ...more.map(line => `${' '.repeat(indent)}${paint(line, 'strong')}`),
  ];
};

/** A page shows so many of the other failures: what is to be done is on it too. */
const othersShown = 5;

const otherLines = (others: OtherFailure[], page: Page): string[] => {
  const { paint } = page;
  const shown = others.slice(0, othersShown).flatMap(({ image, cause, title, message }) => [
    ...block('', `${shorten(oneLine(image ?? 'an image without a name'), 200)}: ${cause}, ${oneLine(title)}`, page),
    // A command is never broken: it is copied.
    `${' '.repeat(13)}${paint(sh`pullpath explain ${oneLine(message)}`, 'strong')}`,
  ]);
  if (shown.length === 0) return [];
  const more = others.length - othersShown;
  return [
    'Also in this text, each with an answer of its own:',
    ...shown,
    ...(more > 0 ? block('', `and ${more} more: --json lists them`, page) : []),
  ];
};

/** An answer as a page that someone can act on. */
export const explainPage = (answer: Explained, page: Page): string => {
  const { paint } = page;
  if (answer.cause === 'not-a-pull-failure')
    return `${paint(answer.cause, 'dim')}  this text is not of a failed image pull\n`;
  const parts = [
    headLines(answer, page),
    facts(answer, page),
    chain(answer, page),
    fixLines(answer.fix, page),
    checklistLines(answer.checklist, page),
    otherLines(answer.others ?? [], page),
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
  const others = answer.others === undefined ? '' : `, and ${answer.others.length} more in the same text`;
  return `${paint(answer.cause, meaning)}  ${oneLine(answer.title)}${also}${others}\n`;
};
