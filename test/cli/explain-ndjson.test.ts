import t from 'tap';
import { answerNdjson } from '../../src/cli/explain-ndjson.ts';

const text = 'Failed to pull image "r.example/a:1": write /var/lib/containerd/x: no space left on device';

t.test('an id comes back as it was written, to the last digit', t => {
  const ids = [
    ...['7', '-7', '1.0', '9007199254740993', '18446744073709551615', '-9223372036854775808', '1e400'],
    ...['"a"', '"9007199254740993"', 'null', 'true', '[9007199254740993,"x"]', '{"any":9007199254740993}', '"\\u00e9"'],
  ];
  for (const id of ids) {
    const wanted = id === '"\\u00e9"' ? '"é"' : id;
    for (const line of [
      `{"id":${id},"text":${JSON.stringify(text)}}`,
      `{"text":${JSON.stringify(text)}, "id" : ${id} }`,
    ])
      t.ok(answerNdjson(line, 1).startsWith(`{"id":${wanted},"cause":"disk-full",`), line);
    t.ok(answerNdjson(`{"id":${id}}`, 1).startsWith(`{"id":${wanted},"error":{"code":"input-invalid",`), id);
  }
  t.end();
});

t.test('numbers elsewhere in the line, and an id within the text, are no ids', t => {
  const line = JSON.stringify({ ts: 1.5, text: `{"id":12345678901234567890} ${text}`, id: 'x', more: [1, 2] });
  t.match(JSON.parse(answerNdjson(line, 1)), { id: 'x', cause: 'disk-full' });
  t.end();
});

t.test('a bad line is answered with its number', t => {
  t.match(JSON.parse(answerNdjson('{"id":1,"text":5}', 3)), { id: 1, error: { message: /^line 3 has no "text"/ } });
  t.match(JSON.parse(answerNdjson('nonsense', 4)), { id: null, error: { message: /^line 4 is not JSON/ } });
  t.match(JSON.parse(answerNdjson('5', 5)), { id: null, error: { code: 'input-invalid' } });
  t.match(JSON.parse(answerNdjson(`{"text":${JSON.stringify(text)}}`, 6)), { id: null, cause: 'disk-full' });
  t.end();
});
