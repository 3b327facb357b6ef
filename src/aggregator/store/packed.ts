import { deflateRawSync, gunzipSync, inflateRawSync, type ZlibOptions } from 'node:zlib';

/** Most texts have some KiB: with tables of that size instead of 256 KiB packing takes half as long, and gives as much. */
const packingOf = (text: string): ZlibOptions =>
  text.length > 16_384 ? { level: 1 } : { level: 1, windowBits: 13, memLevel: 5 };

/**
 * A text as it is stored where it is long and much alike in itself, such as a node's checks: 20 KiB become 2. To write and
 * to read it is less work than the database would have with the whole.
 */
export const pack = (text: string): string => deflateRawSync(text, packingOf(text)).toString('base64');

/** What every gzip file (RFC 1952: 1f 8b, deflate) begins with in base64; no raw deflate data can. */
const gzipStart = 'H4sI';

// As bodies are read: without the mark that some programs put first (U+FEFF).
const decoder = new TextDecoder();

/** The text again; gzip data comes as its sender packed it, and JSON that was stored before texts were packed is given as it is. */
export const unpack = (stored: string): string => {
  if (stored.startsWith('{') || stored.startsWith('[')) return stored;
  const bytes = Buffer.from(stored, 'base64');
  return decoder.decode(stored.startsWith(gzipStart) ? gunzipSync(bytes) : inflateRawSync(bytes));
};
