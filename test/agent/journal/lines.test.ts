import { fc } from '../../house/property.ts';
import t from 'tap';
import { LineSplitter } from '../../../src/agent/journal/lines.ts';

const split = (chunks: Buffer[], maxBytes = 100): { lines: string[]; lost: number; pending: number } => {
  const lines: string[] = [];
  let lost = 0;
  const splitter = new LineSplitter(
    maxBytes,
    line => lines.push(line),
    () => (lost += 1),
  );
  for (const chunk of chunks) splitter.push(chunk);
  return { lines, lost, pending: splitter.pending };
};

t.test('lines come whole however the bytes are cut', t => {
  const text = 'one\n\nzwei ä€😀\nthree\nhalf';
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), sizes => {
      const bytes = Buffer.from(text);
      const chunks: Buffer[] = [];
      for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        chunks.push(bytes.subarray(start, (start += size)));
      }
      const { lines, lost, pending } = split(chunks);
      return lines.join('|') === 'one|zwei ä€😀|three' && lost === 0 && pending === 4;
    }),
  );
  t.end();
});

t.test('a line that is too long is thrown away and counted; the next is read', t => {
  const long = Buffer.from('x'.repeat(60));
  const { lines, lost, pending } = split([Buffer.from('a\n'), long, long, long, Buffer.from('x\nb\n'), long]);
  t.same({ lines, lost, pending }, { lines: ['a', 'b'], lost: 1, pending: 60 });
  t.same(split([Buffer.from(`${'x'.repeat(101)}\nb\n${'y'.repeat(100)}\n`)]).lines, ['b', 'y'.repeat(100)]);
  t.end();
});

t.test('bytes that are not UTF-8 are replaced', t => {
  t.same(split([Buffer.from([0x61, 0xff, 0x62, 10])]).lines, ['a\ufffdb']);
  t.end();
});
