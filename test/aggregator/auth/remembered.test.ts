import t from 'tap';
import { Remembered } from '../../../src/aggregator/auth/remembered.ts';

t.test('an answer is asked for once by all who wait for it, and kept until its time', async t => {
  const clock = { now: 0 };
  const remembered = new Remembered<number>(() => clock.now);
  let asked = 0;
  const ask = async () => {
    asked += 1;
    await Promise.resolve();
    return { kind: 'answer', answer: { value: asked, until: clock.now + 100 } } as const;
  };
  const answers = await Promise.all([remembered.get('a', ask), remembered.get('a', ask), remembered.get('b', ask)]);
  t.match(answers, [{ kind: 'answer' }, { kind: 'answer' }, { kind: 'answer' }]);
  t.same(answers[0], answers[1]);
  t.equal(asked, 2);
  clock.now = 99;
  await remembered.get('a', ask);
  t.equal(asked, 2);
  clock.now = 100;
  await remembered.get('a', ask);
  t.equal(asked, 3);
});

t.test('what could not be asked is not kept', async t => {
  const remembered = new Remembered<number>(() => 0);
  t.match(await remembered.get('a', () => Promise.resolve({ kind: 'unavailable', why: 'away' })), {
    kind: 'unavailable',
  });
  const answer = { kind: 'answer', answer: { value: 7, until: 1 } } as const;
  t.same(await remembered.get('a', () => Promise.resolve(answer)), { kind: 'answer', answer: 7 });
  await t.rejects(
    remembered.get('b', () => Promise.reject(new Error('broken'))),
    { message: 'broken' },
  );
  t.same(await remembered.get('b', () => Promise.resolve(answer)), { kind: 'answer', answer: 7 });
});
