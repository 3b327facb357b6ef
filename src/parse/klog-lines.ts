import { limits } from '../model/limits.ts';

/**
 * Rejoins klog's multi-line values: `err=<`, lines that begin with a tab, ` > key=…`. journald keeps each as an entry of its
 * own, so one joiner belongs to one stream of one process.
 */
export type KlogJoiner = {
  /** The complete records that this physical line ends; a block that breaks off is given out as it is. */
  push(line: string): string[];
  /** What is still open when the stream ends. */
  flush(): string[];
};

/** A joiner with an empty state; a block over 64 KiB or 256 lines is given out unfinished, so that nothing grows for ever. */
export const createKlogJoiner = (): KlogJoiner => {
  let open: string[] = [];
  let size = 0;
  const take = (): string[] => {
    const record = open.join('\n');
    open = [];
    size = 0;
    return record === '' ? [] : [record];
  };
  const keep = (line: string): string[] => {
    open.push(line);
    size += line.length;
    return open.length >= limits.klogBlockLines || size > limits.klogBlockChars ? take() : [];
  };
  return {
    push: line => {
      if (open.length === 0) return line.endsWith('=<') ? keep(line) : [line];
      if (line.startsWith('\t')) return keep(line);
      if (line.startsWith(' >')) return line.endsWith('=<') ? keep(line) : [...keep(line), ...take()];
      return [...take(), ...(line.endsWith('=<') ? keep(line) : [line])];
    },
    flush: take,
  };
};
