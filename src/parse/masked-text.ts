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

type Output = { words: string[]; plain: string[]; names: Name[] };

const isWordCode = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 45 || code === 95;

/** The last word of a stretch, blanks and `:`, `=`, `(` after it left out. */
const lastWord = (text: string): string => {
  let end = text.length;
  while (end > 0 && ' \t\n:=('.includes(text[end - 1] ?? '')) end -= 1;
  let start = end;
  while (start > 0 && end - start < 40 && isWordCode(text.charCodeAt(start - 1))) start -= 1;
  return text.slice(start, end).toLowerCase();
};

const isFull = (out: Output): boolean => out.names.length >= limits.explainNames;

const mark = (out: Output, name: Name, plain: string): void => {
  out.names.push(name);
  out.words.push(`‹${name.kind}›`);
  out.plain.push(plain);
};

const tokenPattern = /[^\s"'‹›|]+/g;
const leading = /^(?:[\w.-]{1,40}=)?[([{*]*/;
/** Punctuation after a token. A loop, not an expression: those that end in `$` are quadratic on a long run. */
const trailingLength = (token: string): number => {
  let end = token.length;
  while (end > 0 && '])}.,:;*'.includes(token[end - 1] ?? '')) end -= 1;
  return token.length - end;
};

/** Masks the names among the words of an unquoted stretch. */
const maskStretch = (stretch: string, out: Output): void => {
  let from = 0;
  if (!/[/:>]|\d\.\d/.test(stretch)) {
    out.words.push(stretch);
    out.plain.push(stretch);
    return;
  }
  for (const { 0: token, index } of stretch.matchAll(tokenPattern)) {
    // What is left out cannot be taken for words of the software.
    if (isFull(out)) return;
    if (!/[/:>]|\d\.\d/.test(token)) continue;
    const isAddress = token.startsWith('[');
    const lead = isAddress ? '' : (leading.exec(token)?.[0] ?? '');
    let core = token.slice(lead.length);
    core = core.slice(0, core.length - trailingLength(core));
    if (isAddress && !/^\[[0-9a-fA-F:.]+\]/.test(core)) core = core.slice(1);
    const kind = kindOf(core);
    if (kind === null) continue;
    const start = index + token.indexOf(core, lead.length);
    const before = stretch.slice(from, start);
    out.words.push(before);
    out.plain.push(before);
    mark(out, { kind, value: core, before: lastWord(before) }, core);
    from = start + core.length;
  }
  out.words.push(stretch.slice(from));
  out.plain.push(stretch.slice(from));
};

/** Handles one quoted string: a name is masked, a message is read on, one level deeper. */
const readQuotation = (value: string, before: string, depth: number, out: Output): void => {
  const word = lastWord(before);
  const isName = (!/\s/.test(value) && !value.includes('"')) || (nameWords.has(word) && value.length <= 300);
  if (isRegistryCode(value)) {
    out.words.push(`${value}: `);
    out.plain.push(`"${value}"`);
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
      maskStretch(text.slice(from, slashes), out);
      maskQuoted(unescapeGo(text.slice(slashes)), depth + 1, out);
      return;
    }
    const before = text.slice(from, quote);
    maskStretch(before, out);
    const quoted = readQuoted(text, quote);
    readQuotation(quoted.value, before, depth, out);
    from = quoted.end;
  }
  maskStretch(text.slice(from), out);
};

/** Undoes the quoting of a text to any depth and takes the names out of its words. Linear in the text's length for each level. */
export const maskNames = (text: string): MaskedText => {
  const out: Output = { words: [], plain: [], names: [] };
  maskQuoted(text, 0, out);
  let words = out.words.join('');
  for (const { kind, value, before } of out.names.slice(0, 20)) {
    // A name without a slash looks like a word: it is known only from where it stood in quotes.
    const isBare = kind === 'name' && before !== 'for' && value.length >= 2 && value.length <= 300;
    if (isBare && words.includes(`${value}: `)) words = words.replaceAll(`${value}: `, '‹name›: ');
  }
  return { words: words.toLowerCase(), plain: out.plain.join(''), names: out.names };
};
