import { questions } from '../diagnose/checklist.ts';
import type { ChecklistItem, FixStep } from '../model/finding.ts';
import { oneLine, pageWidth, shorten, wrap, type Paint } from './output.ts';

const labelWidth = 10;

/** A text beside its label, broken so that it stays within the page. */
export const block = (label: string, text: string, indent = ''): string[] => {
  const start = `${indent}${label.padEnd(labelWidth)}`;
  const [first = '', ...rest] = wrap(text, pageWidth - start.length);
  return [`${start}${first}`, ...rest.map(line => `${' '.repeat(start.length)}${line}`)];
};

/** What to do, step by step, each with its command. */
export const fixLines = (fix: FixStep[], paint: Paint, indent = ''): string[] =>
  fix.flatMap(({ say, run }, index) => [
    ...block(index === 0 ? 'do' : '', `${index + 1}. ${say}`, indent),
    // A command is never broken: it is copied.
    ...(run === undefined ? [] : [`${indent}${' '.repeat(labelWidth + 3)}${paint(oneLine(run), 'strong')}`]),
  ]);

const answerMeanings = { yes: 'good', no: 'bad', unknown: 'dim' } as const;

/** The six questions with what is known. */
export const checklistLines = (checklist: ChecklistItem[], paint: Paint, indent = ''): string[] =>
  checklist.map(({ question, answer, why }, index) => {
    const label = (index === 0 ? 'checklist' : '').padEnd(labelWidth);
    const start = `${indent}${label}${question} ${questions[question].padEnd(34)}`;
    const reason = shorten(oneLine(why), pageWidth - start.length - 9);
    return `${start}${paint(answer, answerMeanings[answer])}${' '.repeat(9 - answer.length)}${reason}`.trimEnd();
  });

/** Where the walk knows better than the error's text: the reader of the text must not be led astray. */
export const readsAs = (textCause: string): string =>
  `the error alone reads as ${textCause}; this is what is behind it`;
