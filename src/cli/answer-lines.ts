import { questions } from '../diagnose/checklist.ts';
import type { ChecklistItem, FixStep } from '../model/finding.ts';
import { oneLine, pageWidth, cutShort, wrap, type Paint } from './output.ts';

const labelWidth = 10;

/** A text after what it starts with, broken so that it stays within the page, and each line below its first. */
const hanging = (start: string, text: string): string[] => {
  const [first = '', ...rest] = wrap(text, pageWidth - start.length);
  return [`${start}${first}`, ...rest.map(line => `${' '.repeat(start.length)}${line}`)];
};

/** A text beside its label, broken so that it stays within the page. */
export const block = (label: string, text: string, indent = ''): string[] =>
  hanging(`${indent}${label.padEnd(labelWidth)}`, text);

/** What to do, step by step, each with its command. */
export const fixLines = (fix: FixStep[], paint: Paint, indent = ''): string[] =>
  fix.flatMap(({ say, run }, index) => [
    ...hanging(`${indent}${(index === 0 ? 'do' : '').padEnd(labelWidth)}${index + 1}. `, say),
    // A command is never broken: it is copied.
    ...(run === undefined ? [] : [`${indent}${' '.repeat(labelWidth + 3)}${paint(oneLine(run), 'strong')}`]),
  ]);

const answerMeanings = { yes: 'good', no: 'bad', unknown: 'dim' } as const;

/** The six questions with what is known. */
export const checklistLines = (checklist: ChecklistItem[], paint: Paint, indent = ''): string[] =>
  checklist.map(({ question, answer, why }, index) => {
    const label = (index === 0 ? 'checklist' : '').padEnd(labelWidth);
    const start = `${indent}${label}${question} ${questions[question].padEnd(34)}`;
    const reason = cutShort(oneLine(why), pageWidth - start.length - 9);
    return `${start}${paint(answer, answerMeanings[answer])}${' '.repeat(9 - answer.length)}${reason}`.trimEnd();
  });

/** Where the walk knows better than the error's text: the reader of the text must not be led astray. */
export const readsAs = (textCause: string): string =>
  `the error alone reads as ${textCause}; this is what is behind it`;
