import type { Message } from './messages.ts';

/** What was answered to a message. */
export type Answer = { id: string; cause: string; also: string[] };

/** Right answers of all, by whatever they are counted by. */
export type Tally = Map<string, { right: number; all: number }>;

export type Score = {
  right: number;
  all: number;
  /** Messages that are no pull failures and were called one, and the reverse. */
  falseAlarms: string[];
  missed: string[];
  /** Of the messages whose cause the text leaves open, those whose `also` (or cause) holds another right one. */
  alsoRight: number;
  alsoAll: number;
  byCause: Tally;
  byRuntime: Tally;
  wrong: { message: Message; answer: Answer }[];
};

const noFailure = 'not-a-pull-failure';

const count = (tally: Tally, key: string, isRight: boolean): void => {
  const { right, all } = tally.get(key) ?? { right: 0, all: 0 };
  tally.set(key, { right: right + (isRight ? 1 : 0), all: all + 1 });
};

/** Holds answers against the labels. A cause is right if the label or the label's `accept` has it. */
export const scoreAnswers = (messages: Message[], answers: Map<string, Answer>): Score => {
  const score: Score = {
    right: 0,
    all: messages.length,
    falseAlarms: [],
    missed: [],
    alsoRight: 0,
    alsoAll: 0,
    byCause: new Map(),
    byRuntime: new Map(),
    wrong: [],
  };
  for (const message of messages) {
    const answer = answers.get(message.id) ?? { id: message.id, cause: 'no answer', also: [] };
    const right = new Set([message.cause, ...message.accept]);
    const isRight = right.has(answer.cause);
    score.right += isRight ? 1 : 0;
    count(score.byCause, message.cause, isRight);
    count(score.byRuntime, message.runtime, isRight);
    if (!isRight) score.wrong.push({ message, answer });
    if (!right.has(answer.cause) && message.cause === noFailure) score.falseAlarms.push(message.id);
    if (!right.has(noFailure) && answer.cause === noFailure) score.missed.push(message.id);
    if (message.accept.length > 1) {
      score.alsoAll += 1;
      const others = message.accept.filter(cause => cause !== answer.cause);
      score.alsoRight += others.some(cause => answer.also.includes(cause)) ? 1 : 0;
    }
  }
  return score;
};

const percent = (right: number, all: number): string => (all === 0 ? '-' : `${((100 * right) / all).toFixed(1)} %`);

const tallyLines = (heading: string, tally: Tally): string[] => [
  `${heading.padEnd(24)} right   of`,
  ...[...tally]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(
      ([key, { right, all }]) =>
        `${key.padEnd(24)} ${String(right).padStart(5)} ${String(all).padStart(4)}${right < all ? '  <' : ''}`,
    ),
];

/** The score as tables. */
export const scoreText = (score: Score): string =>
  [
    ...tallyLines('cause', score.byCause),
    '',
    ...tallyLines('runtime', score.byRuntime),
    '',
    `right          ${score.right} of ${score.all} (${percent(score.right, score.all)})`,
    `also           ${score.alsoRight} of ${score.alsoAll} whose text leaves the cause open (${percent(score.alsoRight, score.alsoAll)})`,
    `false alarms   ${score.falseAlarms.length} ${score.falseAlarms.join(' ')}`,
    `missed         ${score.missed.length} ${score.missed.join(' ')}`,
    ...score.wrong.map(
      ({ message, answer }) =>
        `wrong          ${message.id}: ${answer.cause}, should be ${message.accept.join(' or ')}`,
    ),
    '',
  ].join('\n');
