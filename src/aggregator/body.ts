import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { limits } from '../model/limits.ts';
import { PullpathError } from '../model/error.ts';

const gunzipped = promisify(gunzip);

const tooLarge = (): PullpathError =>
  new PullpathError('report-too-large', `the body is over ${limits.reportBytes} bytes; split or shorten the report`);

/** Collects a body up to the limit; the rest of a larger one is let run out, so that its sender hears the answer. */
const collect = async (body: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limits.reportBytes) {
      body.resume();
      throw tooLarge();
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Unpacks no further than the limit: a bomb is never held in memory. */
const unpack = async (packed: Buffer): Promise<Buffer> => {
  try {
    return await gunzipped(packed, { maxOutputLength: limits.reportBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new PullpathError('encoding-broken', 'the body is not whole gzip data', { cause: error });
  }
};

/** Reads a body as text, unpacked by its Content-Encoding; fails with a code of the API. */
export const readBody = async (body: Readable, encoding: string): Promise<string> => {
  const name = encoding.trim().toLowerCase();
  const packed = name === 'gzip' || name === 'x-gzip';
  if (!packed && name !== '' && name !== 'identity') {
    body.resume();
    throw new PullpathError('encoding-unsupported', 'send the body as it is or with Content-Encoding: gzip');
  }
  const collected = await collect(body);
  const bytes = packed ? await unpack(collected) : collected;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PullpathError('report-not-json', 'the body is not UTF-8', { cause: error });
  }
};
