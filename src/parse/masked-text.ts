import { limits } from '../model/limits.ts';
import { readQuoted, unescapeGo } from './go-quote.ts';

/** What a name in an error text is. */
export type NameKind =
  | 'image'
  | 'url'
  | 'address'
  | 'digest'
  | 'path'
  /** A file of a runtime's registry settings. */
  | 'certs.d'
  /** A file in which a runtime keeps what it is downloading or unpacking. */
  | 'download'
  | 'socket'
  | 'name';

/** A name found in the text, with the word that stands before it (lower case). */
export type Name = { kind: NameKind; value: string; before: string };

/**
 * An error text with all quoting undone. `words` is what the software itself says, in lower case, each name in it replaced by
 * a mark such as `‹image›`: rules look only there, so that an image called `denied/unauthorized:429` says nothing.
 */
export type MaskedText = { words: string; plain: string; names: Name[] };

/** Deeper quoting than any software composes is read as it is; each level doubles the backslashes anyway. */
const maxDepth = 24;

/** Words whose quoted argument is a name even if it has blanks in it. */
const nameWords = new Set(
  'image reference tag secret repository container ref cert file name key snapshot layer for named volume sandbox blob'.split(
    ' ',
  ),
);

/** Words with a slash in them, and the first parts of media types, platforms and protocols: they look like images and are none. */
const slashWords = new Set(
  'net/http i/o input/output and/or attach/mount read/write username/password uid/gid tls/ssl yes/no create/attach'.split(
    ' ',
  ),
);
const slashKinds = new Set('application text multipart linux windows darwin freebsd http'.split(' '));

const isRegistryCode = (value: string): boolean => /^[A-Z_]{5,30}$/.test(value);

/** Sockets of runtimes and their snapshotters, and not those of device plugins or storage drivers. */
const runtimeSocket =
  /(?:containerd|crio|docker|k3s|podman|stargz|nydus|soci|overlaybd|buildkit|cri)[^/]{0,60}(?:\.sock|engine)?$|\/(?:containerd|crio|k3s|docker)[^/]{0,40}\/[^/]{1,80}\.sock$/;

const kindOfPath = (path: string): NameKind => {
  if (runtimeSocket.test(path)) return 'socket';
  if (/\/certs\.d(?:\/|$)|\/hosts\.toml$|\/registries\.(?:conf|yaml)/.test(path)) return 'certs.d';
  return /GetImageBlob|content\.v1\.content|container_images_storage|tmpmounts|\/(?:image|overlay2?|aufs)\/|layerdb/.test(
    path,
  )
    ? 'download'
    : 'path';
};

/** What a token or quoted name is by its own form; null for an ordinary word. */
const kindOf = (value: string): NameKind | null => {
  const scheme = value.indexOf('://');
  if (scheme > 0) {
    if (value.startsWith('http')) return 'url';
    if (value.startsWith('docker')) return 'image';
    return /^(?:unix|npipe):/.test(value) ? kindOfPath(value) : 'path';
  }
  if (value.startsWith('/')) return kindOfPath(value);
  if (value.includes('->') || /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\])(?::\d+)?$/.test(value)) return 'address';
  const slash = value.indexOf('/');
  if (slash < 0) return /sha256:[0-9a-f]{6}/.test(value) ? 'digest' : null;
  const word = value.toLowerCase();
  if (slashWords.has(word) || slashKinds.has(word.slice(0, slash))) return null;
  return /^[\w.<>:@/+-]+$/.test(value) ? 'image' : null;
};

/** What is written so far. */
type Output = { words: string; plain: string; names: Name[] };

const isFull = (out: Output): boolean => out.names.length >= limits.explainNames;

const put = (out: Output, text: string): void => {
  out.words += text.toLowerCase();
  out.plain += text;
};

const mark = (out: Output, name: Name, plain: string): void => {
  out.names.push(name);
  out.words += `‹${name.kind}›`;
  out.plain += plain;
};

/** What a character tells of the token it stands in, as bits. */
const traits = { ends: 1, inName: 2, digit: 4, joins: 8, bracket: 16, punctuation: 32, inWord: 64 } as const;

const traitsOfAscii = Uint8Array.from({ length: 128 }, (_none, code) => {
  const character = String.fromCharCode(code);
  const has = (characters: string, trait: number): number => (characters.includes(character) ? trait : 0);
  return (
    (/[\s"'|]/.test(character) ? traits.ends : 0) |
    has('/>', traits.inName) |
    (/\d/.test(character) ? traits.digit : 0) |
    has('.:', traits.joins) |
    has('[', traits.bracket) |
    has('])}.,:;*', traits.punctuation) |
    (/[\w-]/.test(character) ? traits.inWord : 0)
  );
});

const traitsOf = (code: number): number => {
  if (code < 128) return traitsOfAscii[code] ?? 0;
  // Our own marks are no part of a name.
  return code === 0x2039 || code === 0x203a ? traits.ends : 0;
};

/** The last word of a stretch in lower case, blanks and `:`, `=`, `(` after it left out. */
const lastWord = (text: string, from: number, to: number): string => {
  let end = to;
  while (end > from && ' \t\n:=('.includes(text[end - 1] ?? '')) end -= 1;
  let start = end;
  while (start > from && end - start < 40 && (traitsOf(text.charCodeAt(start - 1)) & traits.inWord) !== 0) start -= 1;
  return text.slice(start, end).toLowerCase();
};

/** Whether a token can be a name: it has a slash or an arrow, or digits with dots or colons between them, or brackets. */
const canBeName = (seen: number): boolean =>
  (seen & traits.inName) !== 0 || ((seen & traits.joins) !== 0 && (seen & (traits.digit | traits.bracket)) !== 0);

const leading = /(?:[\w.-]{1,40}=)?[([{*]*/y;
const bracketed = /\[[0-9a-fA-F:.]+\]/y;

/** Where the name within a token starts and ends: what is written before and behind it does not belong to it. */
const readCore = (text: string, from: number, to: number): { start: number; end: number } => {
  leading.lastIndex = from;
  leading.test(text);
  let end = to;
  while (end > from && (traitsOf(text.charCodeAt(end - 1)) & traits.punctuation) !== 0) end -= 1;
  bracketed.lastIndex = from;
  const isAddress = bracketed.test(text) && bracketed.lastIndex <= end;
  const start = isAddress ? from : leading.lastIndex;
  return { start, end: Math.max(start, end) };
};

/** Masks the names among the words of an unquoted stretch. */
const maskStretch = (text: string, from: number, to: number, out: Output): void => {
  let done = from;
  for (let at = from; at < to; at += 1) {
    const start = at;
    let seen = 0;
    for (; at < to; at += 1) {
      const trait = traitsOf(text.charCodeAt(at));
      if ((trait & traits.ends) !== 0) break;
      seen |= trait;
    }
    if (!canBeName(seen)) continue;
    // What is left out cannot be taken for words of the software.
    if (isFull(out)) return;
    const core = readCore(text, start, at);
    const value = text.slice(core.start, core.end);
    const kind = kindOf(value);
    if (kind === null) continue;
    put(out, text.slice(done, core.start));
    mark(out, { kind, value, before: lastWord(text, done, core.start) }, value);
    done = core.end;
  }
  put(out, text.slice(done, to));
};

/** Handles one quoted string: a name is masked, a message is read on, one level deeper. */
const readQuotation = (value: string, word: string, depth: number, out: Output): void => {
  const isName = (!/\s/.test(value) && !value.includes('"')) || (nameWords.has(word) && value.length <= 300);
  if (isRegistryCode(value)) {
    out.words += `${value.toLowerCase()}: `;
    out.plain += `"${value}"`;
  } else if (isName) mark(out, { kind: kindOf(value) ?? 'name', value, before: word }, `"${value}"`);
  else maskQuoted(value, depth + 1, out);
};

const maskQuoted = (text: string, depth: number, out: Output): void => {
  let from = 0;
  for (let quote = text.indexOf('"'); quote >= 0; quote = text.indexOf('"', from)) {
    if (depth >= maxDepth || isFull(out)) break;
    // A quote that is escaped although no quote is open: the text is a piece of a quoted one. Undo one level and start over.
    let slashes = quote;
    while (slashes > from && text.charCodeAt(slashes - 1) === 92) slashes -= 1;
    if (slashes < quote) {
      maskStretch(text, from, slashes, out);
      maskQuoted(unescapeGo(text.slice(slashes)), depth + 1, out);
      return;
    }
    maskStretch(text, from, quote, out);
    const quoted = readQuoted(text, quote);
    readQuotation(quoted.value, lastWord(text, from, quote), depth, out);
    from = quoted.end;
  }
  maskStretch(text, from, text.length, out);
};

/** Undoes the quoting of a text to any depth and takes the names out of its words. Linear in the text's length for each level. */
export const maskNames = (text: string): MaskedText => {
  const out: Output = { words: '', plain: '', names: [] };
  maskQuoted(text, 0, out);
  let words = out.words;
  for (const { kind, value, before } of out.names.slice(0, 20)) {
    // A name without a slash looks like a word: it is known only from where it stood in quotes.
    if (kind !== 'name' || before === 'for' || value.length < 2 || value.length > 300) continue;
    const bare = `${value.toLowerCase()}: `;
    if (words.includes(bare)) words = words.replaceAll(bare, '‹name›: ');
  }
  return { words, plain: out.plain, names: out.names };
};
