import { questions } from '../diagnose/checklist.ts';
import type { ChecklistItem, FixStep } from '../model/finding.ts';
import { oneLine, cutShort, wrap, type Page } from './output.ts';

const labelWidth = 10;

/** A text after what it starts with, broken so that it stays within the page, and each line below its first. */
const hanging = (start: string, text: string, { width }: Pick<Page, 'width'>): string[] => {
  const [first = '', ...rest] = wrap(text, width - start.length);
  return [`${start}${first}`, ...rest.map(line => `${' '.repeat(start.length)}${line}`)];
};

/** A text beside its label, broken so that it stays within the page. */
export const block = (label: string, text: string, page: Pick<Page, 'width'>, indent = ''): string[] =>
  hanging(`${indent}${label.padEnd(labelWidth)}`, text, page);

/** What to do, step by step, each with its command. */
export const fixLines = (fix: FixStep[], page: Page, indent = ''): string[] =>
  fix.flatMap(({ say, run }, index) => [
    ...hanging(`${indent}${(index === 0 ? 'do' : '').padEnd(labelWidth)}${index + 1}. `, say, page),
    // A command is never broken: it is copied.
    ...(run === undefined ? [] : [`${indent}${' '.repeat(labelWidth + 3)}${page.paint(oneLine(run), 'strong')}`]),
  ]);

const answerMeanings = { yes: 'good', no: 'bad', unknown: 'dim' } as const;
const answerWidth = 9;
/** A reason with less room beside its answer stands below it. */
const reasonWidth = 24;

/** The six questions with what is known. */
export const checklistLines = (checklist: ChecklistItem[], page: Page, indent = ''): string[] =>
  checklist.flatMap(({ question, answer, why }, index) => {
    const label = (index === 0 ? 'checklist' : '').padEnd(labelWidth);
    const start = `${indent}${label}${question} ${questions[question].padEnd(34)}`;
    const said = `${start}${page.paint(answer, answerMeanings[answer])}`;
    const room = page.width - start.length - answerWidth;
    if (room < reasonWidth)
      return why === '' ? [said] : [said, ...hanging(' '.repeat(indent.length + labelWidth + 2), why, page)];
    return [`${said}${' '.repeat(answerWidth - answer.length)}${cutShort(oneLine(why), room)}`.trimEnd()];
  });

/** Where the walk knows better than the error's text: the reader of the text must not be led astray. */
export const readsAs = (textCause: string): string =>
  `the error alone reads as ${textCause}; this is what is behind it`;
