import { limits } from '../model/limits.ts';

const ansi = /\u001b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** Zero-width and direction marks, soft hyphen, byte order mark, and controls other than tab and newline. */
const invisible =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const unclean = /[\u0000-\u0008\u000b-\u001f\u007f-\uffff]/;

/** Frames that terminals and table tools draw around a line. */
const frames = /[\u2500-\u257f]/g;

/** The head and the tail of a text that is too long to be one error: what matters stands at its ends. */
const bounded = (text: string): string =>
  text.length <= limits.explainChars
    ? text
    : `${text.slice(0, limits.explainChars / 2)}\n${text.slice(-limits.explainChars / 2)}`;

/** A pasted text without colour, carriage returns, frames, and characters that show nothing; at most `limits.explainChars` long. */
export const cleanText = (text: string): string => {
  const part = bounded(text);
  return unclean.test(part)
    ? part
        .replace(ansi, '')
        .replace(/\r\n?/g, '\n')
        .replace(invisible, '')
        .replace(frames, ' ')
        .replace(/\u00a0/g, ' ')
    : part;
};
