import t from 'tap';
import { followByAsking, followStream } from '../../src/cli/watch-follow.ts';
import { PullpathError } from '../../src/model/error.ts';

type Chunks = AsyncIterable<Uint8Array>;

// eslint-disable-next-line @typescript-eslint/require-await
const chunks = async function* (text: string, fault?: Error): Chunks & AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
  if (fault !== undefined) throw fault;
};

const followed = (
  answers: ((lastId: string | null) => Chunks | Error)[],
): { ids: (string | null)[]; said: string[]; run: (count: number) => Promise<string[]> } => {
  const ids: (string | null)[] = [];
  const said: string[] = [];
  const follow = (_path: string, lastId: string | null): Promise<Chunks> => {
    ids.push(lastId);
    const answer = answers[ids.length - 1]?.(lastId) ?? chunks('');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const run = async (count: number): Promise<string[]> => {
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const { event, data } of followStream(follow, { signal: stop.signal, say: line => said.push(line) })) {
      if (event !== '') seen.push(data);
      if (seen.length === count) stop.abort();
    }
    return seen;
  };
  return { ids, said, run };
};

const down = new PullpathError('aggregator-unreachable', 'it is down');

t.test('a stream that breaks off goes on after the last event seen, also where that had no data', async t => {
  const { ids, said, run } = followed([
    () => chunks('id: 5\n\n', new Error('cut')),
    () => chunks('id: 6\ndata: a\n\n'),
    () => down,
    () => down,
    () => chunks('id: 7\ndata: b\n\ndata: c\n\n'),
  ]);
  t.same(await run(3), ['a', 'b', 'c']);
  t.same(ids, [null, '5', '6', '6', '6']);
  t.same(said, [
    'the stream broke off; coming back…',
    'Following again.',
    'it is down; coming back…',
    'Following again.',
  ]);
});

t.test('what cannot be had at first, or is refused later, is an error', async t => {
  await t.rejects(followed([() => down]).run(1), { code: 'aggregator-unreachable' });
  const refused = new PullpathError('aggregator-refused', 'no');
  await t.rejects(followed([() => chunks('data: a\n\n'), () => refused]).run(2), { code: 'aggregator-refused' });
});

t.test('asking again and again survives an outage and ends with the signal', async t => {
  const stop = new AbortController();
  const said: string[] = [];
  const looks = [
    (): string[] => ['a'],
    (): string[] => {
      throw down;
    },
    (): string[] => {
      throw down;
    },
    (): string[] => ['b', 'c'],
  ];
  let at = 0;
  const look = (): Promise<string[]> => Promise.resolve().then(() => looks[at++]?.() ?? []);
  const seen: string[] = [];
  for await (const one of followByAsking(look, { signal: stop.signal, say: line => said.push(line) }, 1)) {
    seen.push(one);
    if (one === 'c') stop.abort();
  }
  t.same(seen, ['a', 'b', 'c']);
  t.same(said, ['it is down; asking again…', 'Following again.']);
  const first = followByAsking(() => Promise.reject(down), { signal: new AbortController().signal, say: () => {} }, 1);
  await t.rejects(first.next(), { code: 'aggregator-unreachable' });
});
