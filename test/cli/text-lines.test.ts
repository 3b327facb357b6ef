import { Readable } from 'node:stream';
import t from 'tap';
import { textLines } from '../../src/cli/text-lines.ts';
import { limits } from '../../src/model/limits.ts';

const linesOf = async (chunks: (string | Buffer)[], signal = new AbortController().signal): Promise<string[]> => {
  const lines: string[] = [];
  for await (const line of textLines(Readable.from(chunks, { objectMode: false }), signal)) lines.push(line);
  return lines;
};

t.test('lines come out whole wherever the chunks end', async t => {
  t.same(await linesOf(['a\nb', 'c\r\n', '\n', 'last']), ['a', 'bc', '', 'last']);
  t.same(await linesOf([]), []);
  t.same(await linesOf(['a\n']), ['a']);
  const bytes = Buffer.from('Grüße\n世界');
  t.same(await linesOf([...bytes].map(byte => Buffer.from([byte]))), ['Grüße', '世界'], 'a character in two chunks');
});

t.test('a line without end is cut, the next is whole', async t => {
  const chunk = 'x'.repeat(1_000_000);
  const chunks = [...Array.from({ length: Math.ceil(limits.explainLineChars / 1e6) + 3 }, () => chunk), '\nnext\n'];
  const lines = await linesOf(chunks);
  t.same(
    lines.map(line => line.length),
    [limits.explainLineChars, 4],
  );
});

t.test('an abort ends it', async t => {
  const stop = new AbortController();
  stop.abort();
  t.same(await linesOf(['a\nb\n'], stop.signal), []);
});
