import t from 'tap';
import { block, checklistLines, fixLines } from '../../src/cli/answer-lines.ts';
import { plainPage, plainPages } from './plain-page.ts';

t.test('a text stands beside its label, however long', t => {
  t.same(block('says', 'no such host', plainPage), ['says      no such host']);
  const lines = block('says', 'word '.repeat(60), plainPage, '  ');
  t.ok(lines.length > 1);
  for (const line of lines) t.ok(line.length <= plainPage.width);
  t.match(lines[1], /^ {12}word/);
  t.end();
});

t.test('steps are numbered, and a command stays in one piece', t => {
  const run = `curl -v https://reg.example/${'x'.repeat(150)}`;
  t.same(fixLines([{ say: 'Look', run }, { say: 'Mend it' }], plainPage), [
    'do        1. Look',
    `             ${run}`,
    '          2. Mend it',
  ]);
  t.end();
});

t.test('the six questions line up with what is known', t => {
  const lines = checklistLines(
    [
      { question: 1, answer: 'unknown', why: '' },
      { question: 6, answer: 'no', why: 'because '.repeat(20) },
    ],
    plainPage,
  );
  t.match(lines[0], /^checklist 1 Does the image exist\? +unknown$/);
  t.match(lines[1], /^ {10}6 Can the node reach the registry\? +no {7}because/);
  for (const line of lines) t.ok(line.length <= plainPage.width, line);
  t.end();
});

t.test('on a narrow terminal a reason stands below its question', t => {
  const why = 'the registry answers 401 to anybody';
  t.same(checklistLines([{ question: 6, answer: 'no', why }], { ...plainPage, width: 60 }), [
    'checklist 6 Can the node reach the registry?  no',
    `            ${why}`,
  ]);
  for (const { width } of plainPages)
    for (const line of checklistLines([{ question: 6, answer: 'no', why: 'because '.repeat(20) }], {
      ...plainPage,
      width,
    }))
      t.ok(line.length <= width, line);
  t.end();
});

t.test('a long step goes on below its own text, and its command below that', t => {
  t.same(fixLines([{ say: 'word '.repeat(25).trim(), run: 'x' }], plainPage), [
    `do        1. ${'word '.repeat(17).trim()}`,
    `             ${'word '.repeat(8).trim()}`,
    '             x',
  ]);
  t.end();
});
