import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { collectBody, takeBody, textOf } from '../../../src/aggregator/reading/body.ts';
import { PullpathError } from '../../../src/model/error.ts';
import { limits } from '../../../src/model/limits.ts';

const chunked = (body: Buffer, size = 7000): Readable => {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) chunks.push(body.subarray(at, at + size));
  return Readable.from(chunks, { objectMode: false });
};

const readText = async (body: Readable, encoding: string): Promise<string> => textOf(await collectBody(body, encoding));

const full = Buffer.alloc(limits.reportBytes, 'a');

t.test('a bomb is not unpacked further than the limit', async t => {
  const member = gzipSync(Buffer.alloc(1024 * 1024));
  const bomb = Buffer.concat(Array.from({ length: 400 }, () => member));
  const peakBefore = process.resourceUsage().maxRSS;
  await t.rejects(readText(chunked(bomb), 'gzip'), { code: 'report-too-large' });
  t.ok(process.resourceUsage().maxRSS - peakBefore < 100 * 1024, 'KiB; unpacked it has 400 MiB');
});

t.test('a body is read whole, packed or not, up to the limit', async t => {
  for (const encoding of ['', 'identity']) t.equal(await readText(chunked(Buffer.from('täst')), encoding), 'täst');
  for (const encoding of ['gzip', 'GZIP', ' x-gzip '])
    t.same(await collectBody(chunked(gzipSync('täst')), encoding), { bytes: gzipSync('täst'), isGzip: true });
  t.equal(await readText(chunked(gzipSync('täst')), 'gzip'), 'täst');
  t.equal((await readText(chunked(full), '')).length, limits.reportBytes);
  t.equal((await readText(chunked(gzipSync(full)), 'gzip')).length, limits.reportBytes);
  t.equal(await readText(chunked(Buffer.alloc(0)), ''), textOf(takeBody({ body: undefined })));
});

t.test('what is refused before it is unpacked was let run out', async t => {
  const body = chunked(Buffer.from('no gzip at all'));
  const refuse = (): void => {
    throw new PullpathError('store-unavailable', 'full');
  };
  await t.rejects(collectBody(body, 'gzip', refuse), { code: 'store-unavailable' });
  t.equal(body.readableEnded, true);
});

t.test('a body that cannot be taken is refused with its code', async t => {
  const over = Buffer.alloc(limits.reportBytes + 1, 'a');
  const cases: [Buffer, string, string][] = [
    [over, '', 'report-too-large'],
    [gzipSync(over), 'gzip', 'report-too-large'],
    [Buffer.from('{}'), 'gzip', 'encoding-broken'],
    [gzipSync('{"a":1}').subarray(0, 20), 'gzip', 'encoding-broken'],
    [Buffer.alloc(0), 'gzip', 'encoding-broken'],
    [Buffer.from('{}'), 'br', 'encoding-unsupported'],
    [Buffer.from('{}'), 'gzip, gzip', 'encoding-unsupported'],
    [Buffer.from([0x22, 0xff, 0xfe, 0x22]), '', 'report-not-json'],
    [gzipSync(Buffer.from([0xc3, 0x28])), 'gzip', 'report-not-json'],
  ];
  for (const [body, encoding, code] of cases) await t.rejects(readText(chunked(body), encoding), { code }, code);
});
