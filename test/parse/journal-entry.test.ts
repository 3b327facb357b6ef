import { fc } from '../house/property.ts';
import t from 'tap';
import { readJournalEntry } from '../../src/parse/journal-entry.ts';

const cursor = 's=1;i=2;b=3;m=4;t=5;x=6';
const line = (fields: object): string =>
  JSON.stringify({ __CURSOR: cursor, __REALTIME_TIMESTAMP: '1795300913635754', _PID: '4312', ...fields });

t.test('the forms of a message that journalctl prints', t => {
  const cases: [string, unknown, string | null][] = [
    ['a text', 'E1121 "x"', 'E1121 "x"'],
    ['bytes, where the text holds an escape character', [69, 27, 91, 109], 'E\u001b[m'],
    ['bytes that are not UTF-8', [0x45, 0xff], 'E\ufffd'],
    ['bytes of several a character', [0xc3, 0xa9], 'é'],
    ['a repeated field', ['first', 'second'], 'second'],
    ['null, where it is too long', null, null],
    ['nothing', undefined, null],
    ['something else', { a: 1 }, null],
    ['a list of both', [1, 'x', null], null],
    ['an empty list', [], ''],
  ];
  for (const [title, MESSAGE, message] of cases) {
    const entry = readJournalEntry(line({ MESSAGE }));
    t.same(entry, { cursor, at: 1795300913635, message, stream: '4312' }, title);
  }
  t.equal(readJournalEntry(line({ _STREAM_ID: 'abc' }))?.stream, 'abc');
  t.end();
});

t.test('what is not an entry is null', t => {
  for (const text of ['', '{', '[]', 'null', '1', '"x"', '{}', line({}).slice(0, -9), line({ __CURSOR: 1 })])
    t.equal(readJournalEntry(text), null, text);
  t.equal(readJournalEntry(line({ __REALTIME_TIMESTAMP: 'soon' })), null);
  t.end();
});

t.test('no line makes it throw', t => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => void readJournalEntry(text)));
  fc.assert(fc.property(fc.jsonValue(), MESSAGE => void readJournalEntry(line({ MESSAGE }))));
  t.end();
});
