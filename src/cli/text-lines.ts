import { limits } from '../model/limits.ts';

/**
 * The lines of a stream of text as they come, without their ends. A line over `limits.explainLineChars` loses what is beyond:
 * nothing of a cause stands there, and a stream without a newline must not fill the memory.
 */
export const textLines = async function* (
  input: NodeJS.ReadableStream,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  input.setEncoding('utf8');
  let open: string[] = [];
  let size = 0;
  const add = (part: string): void => {
    if (part !== '' && size < limits.explainLineChars) open.push(part.slice(0, limits.explainLineChars - size));
    size += part.length;
  };
  const take = (): string => {
    const line = open.join('');
    open = [];
    size = 0;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  };
  for await (const chunk of input) {
    if (signal.aborted) return;
    const text = String(chunk);
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      add(text.slice(from, end));
      from = end + 1;
      yield take();
    }
    add(text.slice(from));
  }
  if (size > 0) yield take();
};
