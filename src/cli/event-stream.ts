import { limits } from '../model/limits.ts';

/**
 * One event of a stream; `id` is the newest that was sent, null before the first. One without data tells of its id alone, and
 * is no event to a browser.
 */
export type StreamEvent = { id: string | null; event: string; data: string };

type Lines = { push: (text: string) => string[] };

/** Splits text into lines that end with LF, CR or CRLF, also where a chunk ends between the two. */
const lineSplitter = (): Lines => {
  let rest = '';
  let afterCr = false;
  return {
    push: text => {
      const given = rest + (afterCr && text.startsWith('\n') ? text.slice(1) : text);
      if (text !== '') afterCr = text.endsWith('\r');
      const lines = given.split(/\r\n|\r|\n/);
      rest = lines.pop() ?? '';
      // Nothing of ours is so long: what does not end is cut, and its JSON will not be read.
      if (rest.length > limits.eventChars) rest = rest.slice(0, limits.eventChars);
      return lines;
    },
  };
};

/** The events of a stream in the form of the HTML standard (server-sent events); comments and unknown fields are passed over. */
export const readEvents = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent, void, void> {
  const decoder = new TextDecoder();
  const splitter = lineSplitter();
  let id: string | null = null;
  let hasId = false;
  let event = '';
  let data: string[] = [];
  for await (const chunk of chunks)
    for (const line of splitter.push(decoder.decode(chunk, { stream: true }))) {
      if (line === '') {
        const name = data.length > 0 && event === '' ? 'message' : event;
        if (data.length > 0 || hasId) yield { id, event: name, data: data.join('\n') };
        hasId = false;
        event = '';
        data = [];
        continue;
      }
      const [, field = '', value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line) ?? [];
      if (field === 'data') data.push(value);
      else if (field === 'event') event = value;
      else if (field === 'id' && !value.includes('\0')) [id, hasId] = [value, true];
    }
};
