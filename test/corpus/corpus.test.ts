import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { explainText } from '../../src/diagnose/explain.ts';
import { causes } from '../../src/model/cause.ts';
import { root } from '../house/source-tree.ts';
import { recordedLines, recordings, scenarios } from '../recording/lines.ts';
import { readLogLine } from '../../src/parse/log-line.ts';
import { messages } from './messages.ts';
import { scoreAnswers, scoreText } from './scoring.ts';

type Floor = { right: number; also: number; falseAlarms: number; missed: number };

const explained = (labelled: ReturnType<typeof messages>): ReturnType<typeof scoreAnswers> =>
  scoreAnswers(labelled, new Map(labelled.map(({ id, text }) => [id, { id, ...explainText(text) }])));

t.test('the labelled messages are scored no lower than before', t => {
  const floor = JSON.parse(readFileSync(join(root, 'test/corpus/floor.json'), 'utf8')) as Floor;
  const score = explained(messages());
  const now: Floor = {
    right: score.right,
    also: score.alsoRight,
    falseAlarms: score.falseAlarms.length,
    missed: score.missed.length,
  };
  t.ok(score.all >= 126);
  t.same(now, floor, `raise test/corpus/floor.json when it is better, never lower it\n${scoreText(score)}`);
  t.ok(score.right / score.all >= 0.97);
  t.ok(score.alsoRight / score.alsoAll >= 0.8);
  t.end();
});

/** Written from what the runtimes, their tools and the kubelet are known to print. */
const ownMessages = messages(join(root, 'test/corpus/own-messages.jsonl'));

t.test('messages written from how the software composes them are all right', t => {
  const score = explained(ownMessages);
  t.ok(score.all > 500);
  t.same(
    score.wrong.map(({ message, answer }) => `${answer.cause} instead of ${message.accept.join('|')}: ${message.text}`),
    [],
  );
  t.ok(score.alsoRight / score.alsoAll >= 0.9, `${score.alsoRight} of ${score.alsoAll} leave open what the text does`);
  for (const { cause } of ownMessages) t.ok(cause in causes, cause);
  t.end();
});

t.test('a score counts what it says', t => {
  const labelled = [
    { id: 'a', text: '', runtime: 'x', cause: 'dns-failure', accept: ['dns-failure', 'network-timeout'] },
    { id: 'b', text: '', runtime: 'x', cause: 'not-a-pull-failure', accept: ['not-a-pull-failure'] },
    { id: 'c', text: '', runtime: 'y', cause: 'disk-full', accept: ['disk-full'] },
  ];
  const score = scoreAnswers(
    labelled,
    new Map([
      ['a', { id: 'a', cause: 'network-timeout', also: ['dns-failure'] }],
      ['b', { id: 'b', cause: 'other', also: [] }],
      ['c', { id: 'c', cause: 'not-a-pull-failure', also: [] }],
    ]),
  );
  t.match(score, { right: 1, all: 3, falseAlarms: ['b'], missed: ['c'], alsoRight: 1, alsoAll: 1 });
  t.match(scoreText(score), /dns-failure +1 +1/);
  t.match(scoreText(score), /wrong +b: other, should be not-a-pull-failure/);
  t.end();
});

t.test('the recorded nodes: every scenario has its cause, healthy pods none', t => {
  for (const name of recordings) {
    const told = new Map<string, Set<string>>();
    for (const line of recordedLines(name))
      for (const event of readLogLine(line, 0).events) {
        if (event.kind !== 'pod-failed' || event.message === null) continue;
        const { cause } = explainText(event.message);
        told.set(event.who.pod, (told.get(event.who.pod) ?? new Set()).add(cause));
        t.equal(explainText(line).cause, cause, 'the line as a person would paste it says the same');
      }
    for (const [pod, { cause, textMaySay }] of Object.entries(scenarios)) {
      const allowed = cause === null ? [] : [cause, ...textMaySay];
      const saw = [...(told.get(pod) ?? [])];
      t.ok(
        saw.every(one => allowed.includes(one)),
        `${name} ${pod}: ${saw.join()}`,
      );
      t.equal(saw.length > 0, cause !== null, `${name} ${pod}`);
    }
  }
  t.end();
});
