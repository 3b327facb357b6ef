import t from 'tap';
import { readEvents, type StreamEvent } from '../../src/cli/event-stream.ts';
import { limits } from '../../src/model/limits.ts';
import { fc } from '../house/property.ts';

// eslint-disable-next-line @typescript-eslint/require-await
const chunksOf = async function* (parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
};

const readAll = async (parts: readonly Uint8Array[]): Promise<StreamEvent[]> => {
  const events: StreamEvent[] = [];
  for await (const event of readEvents(chunksOf(parts))) events.push(event);
  return events;
};

const eventsOf = async (...texts: string[]): Promise<StreamEvent[]> =>
  readAll(texts.map(text => new TextEncoder().encode(text)));

t.test('events are read as the standard has them', async t => {
  const cases: [string, StreamEvent[]][] = [
    ['data: a\n\n', [{ id: null, event: 'message', data: 'a' }]],
    ['event: x\ndata:a\ndata:  b\n\n', [{ id: null, event: 'x', data: 'a\n b' }]],
    [
      ': hello\n\nid: 7\ndata: a\n\ndata: b\n\n',
      [
        { id: '7', event: 'message', data: 'a' },
        { id: '7', event: 'message', data: 'b' },
      ],
    ],
    [
      'retry: 5\nid: 8\n\nevent: empty\n\ndata: a\r\n\r\n',
      [
        { id: '8', event: '', data: '' },
        { id: '8', event: 'message', data: 'a' },
      ],
    ],
    ['data\nretry: 10\nother: x\n\n', [{ id: null, event: 'message', data: '' }]],
    ['data: not ended', []],
  ];
  for (const [text, events] of cases) t.same(await eventsOf(text), events, JSON.stringify(text));
});

t.test('wherever the network cuts it, the events are the same', async t => {
  const text = ': hi\r\n\r\nid: 1\revent: grün\rdata: é\r\rdata: b\ndata: c\n\nid: 2\r\ndata: ✓\r\n\r\n';
  const bytes = new TextEncoder().encode(text);
  const whole = await readAll([bytes]);
  t.equal(whole.length, 3);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async cuts => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const parts = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
      return JSON.stringify(await readAll(parts)) === JSON.stringify(whole);
    }),
  );
});

t.test('a line without end does not fill the memory', async t => {
  const long = 'x'.repeat(limits.eventChars);
  const [event] = await eventsOf(`data: ${long}`, long, long, '\n\n');
  t.ok((event?.data.length ?? 0) <= limits.eventChars);
});
