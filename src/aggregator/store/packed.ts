import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * A text as it is stored where it is long and much alike in itself, such as a node's checks: 20 KiB become 2. To write and
 * to read it is less work than the database would have with the whole.
 */
export const pack = (text: string): string => deflateRawSync(text, { level: 1 }).toString('base64');

/** The text again; JSON that was stored before texts were packed is given as it is. */
export const unpack = (stored: string): string =>
  stored.startsWith('{') || stored.startsWith('[')
    ? stored
    : inflateRawSync(Buffer.from(stored, 'base64')).toString('utf8');
