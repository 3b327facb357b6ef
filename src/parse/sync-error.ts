import { readQuoted } from './go-quote.ts';

/** One container's part of a pod sync error: what was done, to which container, the waiting reason and its message. */
export type SyncFailure = { action: string; target: string; reason: string; message: string };

/** What a message's closing quote may be followed by: the end, the next of a list, or the list's end. */
const follows = /^(?:$|\]|, failed to ")/;

/**
 * The waiting reason and the quoted message after `with `. A reason is mostly one word, but since kubelet 1.33 it can be a
 * sentence with colons of its own, so the first `: "…"` that ends the item decides.
 */
const readReason = (text: string, start: number): { reason: string; message: string; end: number } | null => {
  for (let colon = text.indexOf(': "', start); colon >= 0; colon = text.indexOf(': "', colon + 1)) {
    const quoted = readQuoted(text, colon + 2);
    if (quoted.closed && !follows.test(text.slice(quoted.end, quoted.end + 13))) continue;
    return { reason: text.slice(start, colon), message: quoted.value, end: quoted.end };
  }
  return null;
};

/** Takes `failed to "StartContainer" for "app" with ErrImagePull: "…"` apart, or a bracketed list of them. */
export const readSyncError = (text: string): SyncFailure[] => {
  const failures: SyncFailure[] = [];
  const item = /failed to "(\w{1,60})" for "((?:[^"\\]|\\.){1,600})" with /g;
  for (let match = item.exec(text); match !== null && failures.length < 64; match = item.exec(text)) {
    const rest = readReason(text, item.lastIndex);
    if (!rest) break;
    failures.push({ action: match[1] ?? '', target: match[2] ?? '', reason: rest.reason, message: rest.message });
    item.lastIndex = rest.end;
  }
  return failures;
};
