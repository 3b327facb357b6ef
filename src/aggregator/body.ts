import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import { limits } from '../model/limits.ts';
import { PullpathError } from '../model/error.ts';

const gunzipped = promisify(gunzip);

const tooLarge = (): PullpathError =>
  new PullpathError('report-too-large', `the body is over ${limits.reportBytes} bytes; split or shorten the report`);

/** Collects a body up to the limit; the rest of a larger one is let run out, so that its sender hears the answer. */
const collect = (body: Readable): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.reportBytes) reject(tooLarge());
      else chunks.push(chunk);
    });
    body.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    body.once('error', reject);
    // An error is made only where it is one: with its stack it costs more than a heartbeat.
    body.once('close', () => {
      if (!body.readableEnded) reject(new PullpathError('request-malformed', 'the body ended before its end'));
    });
  });

/** Below this, handing the work to another thread costs more than the work: a heartbeat unpacks in 20 µs. */
const smallBytes = 16_384;

/** Unpacks no further than the limit: a bomb is never held in memory. */
const unpack = async (packed: Buffer): Promise<Buffer> => {
  const bound = { maxOutputLength: limits.reportBytes };
  try {
    return packed.length <= smallBytes ? gunzipSync(packed, bound) : await gunzipped(packed, bound);
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new PullpathError('encoding-broken', 'the body is not whole gzip data', { cause: error });
  }
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A body as text, and as it came where it came packed. */
export type Body = { text: string; gzip: Buffer | null };

/** What a request brought, taken out of it: a request that waits for its answer holds it no longer. Empty where it had no body. */
export const takeBody = (request: { body: unknown }): Body => {
  const body = request.body as Body | undefined;
  request.body = undefined;
  return body ?? { text: '', gzip: null };
};

/**
 * Reads a body, unpacked by its Content-Encoding; fails with a code of the API. What `check` throws is thrown before
 * anything is unpacked, and after the body was let run out, so that its sender hears the answer.
 */
export const readBody = async (body: Readable, encoding: string, check = (): void => undefined): Promise<Body> => {
  const name = encoding.trim().toLowerCase();
  const packed = name === 'gzip' || name === 'x-gzip';
  if (!packed && name !== '' && name !== 'identity') {
    body.resume();
    throw new PullpathError('encoding-unsupported', 'send the body as it is or with Content-Encoding: gzip');
  }
  const collected = await collect(body);
  check();
  const bytes = packed ? await unpack(collected) : collected;
  try {
    return { text: decoder.decode(bytes), gzip: packed ? collected : null };
  } catch (error) {
    throw new PullpathError('report-not-json', 'the body is not UTF-8', { cause: error });
  }
};
