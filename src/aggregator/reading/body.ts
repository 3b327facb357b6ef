import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { limits } from '../../model/limits.ts';
import { PullpathError } from '../../model/error.ts';

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

/** A body as it came: at most 1 MiB, which gzip data may still be over once they are unpacked. */
export type Body = { bytes: Uint8Array; isGzip: boolean };

/**
 * Takes in a body that says its Content-Encoding; fails with a code of the API. What `check` throws is thrown after the body
 * was let run out, so that its sender hears the answer, and before anything is unpacked.
 */
export const collectBody = async (body: Readable, encoding: string, check = (): void => undefined): Promise<Body> => {
  const name = encoding.trim().toLowerCase();
  const isGzip = name === 'gzip' || name === 'x-gzip';
  if (!isGzip && name !== '' && name !== 'identity') {
    body.resume();
    throw new PullpathError('encoding-unsupported', 'send the body as it is or with Content-Encoding: gzip');
  }
  const bytes = await collect(body);
  check();
  return { bytes, isGzip };
};

/** What a request brought, taken out of it: a request that waits for its answer holds it no longer. Empty where it had no body. */
export const takeBody = (request: { body: unknown }): Body => {
  const body = request.body as Body | undefined;
  request.body = undefined;
  return body ?? { bytes: new Uint8Array(0), isGzip: false };
};

/**
 * In pieces of how many bytes a body is unpacked. Node allocates each whole, and copies them together where there is more than
 * one: a heartbeat needs a small one, and most full reports come out in one large piece, which malloc gives back to the system.
 */
const pieceOf = (packed: Uint8Array): number => (packed.length < 1024 ? 16_384 : 131_072);

/** Unpacks no further than the limit: a bomb is never held in memory. At most some milliseconds of work. */
const unpack = (packed: Uint8Array): Uint8Array => {
  try {
    return gunzipSync(packed, { maxOutputLength: limits.reportBytes, chunkSize: pieceOf(packed) });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new PullpathError('encoding-broken', 'the body is not whole gzip data', { cause: error });
  }
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A body as text; fails with a code of the API. */
export const textOf = ({ bytes, isGzip }: Body): string => {
  const unpacked = isGzip ? unpack(bytes) : bytes;
  try {
    return decoder.decode(unpacked);
  } catch (error) {
    throw new PullpathError('report-not-json', 'the body is not UTF-8', { cause: error });
  }
};
