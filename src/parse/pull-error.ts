import { parseImageRef } from '../model/image-ref.ts';
import { maskNames, type Name } from './masked-text.ts';
import { networkFault, registryCodes, type NetworkFault } from './network-fault.ts';
import { readRequest, type HostRole } from './request.ts';
import type { Statement } from './statements.ts';

/** An error text taken apart: what the software says, and of whom. */
export type PullError = {
  /** The software's own words in lower case, every name in them replaced by its mark (masked-text.ts). */
  words: string;
  /** The wrappers, outermost first, the innermost error last, all quoting undone. */
  chain: string[];
  /** The image as the text names it. */
  image: string | null;
  registry: string | null;
  /** The request that failed, and the part that its host plays. */
  url: string | null;
  method: string | null;
  host: string | null;
  role: HostRole | null;
  grpcCode: string | null;
  /** HTTP status of 400 and above. */
  status: number | null;
  /** Registry error codes in lower case: `denied`, `manifest unknown` … */
  codes: string[];
  network: {
    fault: NetworkFault | null;
    /** The name that a resolver was asked for. */
    lookup: string | null;
    /** The resolver that was asked. */
    resolver: string | null;
    /** The address that was dialled. */
    address: string | null;
    /** The request went to a proxy that could not be reached or refused. */
    proxy: boolean;
  };
};

const grpc = /\bcode\s{0,3}=\s{0,3}(\w{1,30})\s{1,3}d\w{1,4} ?=/;
/** Before its message, or last where the message is the standard one. */
const registryCode = new RegExp(`(?:${registryCodes.join('|')})(?:(?=:(?:\\s|$))|(?=\\s*$))`, 'gm');

/** The registry error codes in the words; `401 unauthorized` is none, nor is the end of a name. */
const codesIn = (words: string): string[] => {
  const codes: string[] = [];
  registryCode.lastIndex = 0;
  for (let match = registryCode.exec(words); match !== null && codes.length < 64; match = registryCode.exec(words)) {
    const before = words.slice(Math.max(0, match.index - 2), match.index);
    const isCode = words[registryCode.lastIndex] === ':' ? !/[\w/-]$/.test(before) : before === ': ';
    if (isCode) codes.push(match[0].replace('_', ' '));
    else registryCode.lastIndex = match.index + 1;
  }
  return codes;
};

/** A status after the colon, as Go's http.Response prints it, or after the word, but no port. `API error (500)` is docker's own. */
const statusAfterColon = /(?:: |^|\] )([45]\d\d) [a-z(-]/;
const statusAfterWord =
  /\b(?:status|status code|statuscode|status:|http|http code|code|registry)\b[^0-9\n]{0,40}\b(?<!(?:\.[\w-]{1,63}|localhost|\]):)([45]\d\d)\b/;

const statusOf = (words: string): number | null => {
  if (!/[45]\d\d/.test(words)) return null;
  const digits = statusAfterColon.exec(words)?.[1] ?? statusAfterWord.exec(words)?.[1];
  return digits === undefined ? null : Number(digits);
};

const strip = (value: string): string => value.replace(/^docker:\/\/\/{0,1}/, '');

/** Words before an image, the surest first. */
const imageBefore: Set<string>[] = [
  new Set(['image']),
  new Set([
    'reference',
    'tag',
    'source',
    'repository',
    'pullimage',
    'for',
    'pull',
    'pulling',
    'ref',
    'reading',
    'name',
  ]),
];

const isRef = (value: string): boolean => value.includes('/') && /^[^/]*[.:][^/]*\//.test(value);

/** How the kubelet names an image that does not parse, blanks and all (kuberuntime applyDefaultImageTag). */
const asked = /\b(?:default image tag|couldn't parse image (?:name|reference)) "([^"]{1,512})"/;

/** The image a text speaks of: what stands after `image`, else after words that go before images, else a full reference. */
const imageOf = (names: Name[], plain: string): string | null => {
  const candidates = names.filter(name => name.kind === 'image' || name.kind === 'name');
  for (const set of imageBefore) {
    const found = candidates.find(
      name => set.has(name.before) && name.value !== '' && (name.kind === 'image' || set.has('image')),
    );
    if (found) return strip(found.value);
  }
  const spec = asked.exec(plain)?.[1];
  if (spec !== undefined) return spec;
  const manifest = /\breading manifest (\S{1,200}) in (\S{1,300}?)(?::\s|$)/i.exec(plain);
  if (manifest) return `${manifest[2] ?? ''}${(manifest[1] ?? '').includes(':') ? '@' : ':'}${manifest[1] ?? ''}`;
  const bare =
    /\b(?:manifest for|access denied for|pull(?:ing)? image|trying to pull(?: repository)?) ([\w.-]{1,128}(?::[\w.-]{1,128})?)(?=[\s,:]|$)/i.exec(
      plain,
    )?.[1];
  if (bare !== undefined && !/^(?:failed|because|for|from|and|the|error|is|was|configuration|rpc)\b/i.test(bare))
    return bare.replace(/\.+$/, '');
  const full = candidates.find(name => name.kind === 'image' && isRef(name.value));
  return full ? strip(full.value) : null;
};

const lookupPattern = /\blookup (\S{1,255}?)(?: on (\S{1,255}?|<[^<>]{1,80}>))?(?:: |$)/;
const dialPattern = /\b(?:dial|read|write) (?:tcp|udp)[46]? (?:\S{1,80}->)?(\S{1,255}?)(?:: |$)/;

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** Splits a text at the `: ` between Go's wrappers; those within quotes do not count. */
const readChain = (plain: string): string[] => {
  const chain: string[] = [];
  const take = (from: number, end: number): void => {
    const part = plain.slice(from, end).trim();
    if (part !== '') chain.push(part);
  };
  let from = 0;
  let quote = plain.indexOf('"');
  for (let colon = plain.indexOf(':'); colon >= 0 && chain.length < 64;) {
    if (quote >= 0 && quote < colon) {
      const close = plain.indexOf('"', quote + 1);
      if (close < 0) break;
      if (colon < close) colon = plain.indexOf(':', close);
      quote = plain.indexOf('"', close + 1);
      continue;
    }
    if (isBlank(plain.charCodeAt(colon + 1))) {
      take(from, colon);
      from = colon + 2;
    }
    colon = plain.indexOf(':', colon + 1);
  }
  take(from, plain.length);
  return chain;
};

const registryOf = (image: string | null): string | null => {
  if (image === null) return null;
  const parsed = parseImageRef(image);
  return parsed.ok ? parsed.ref.registry : null;
};

/** Takes a statement apart. Linear in its length; never throws. */
export const readPullError = (statement: Statement): PullError => {
  const { words, plain, names } = maskNames(statement.text);
  const given = statement.fields.get('image') ?? null;
  const request = readRequest(names, words, plain);
  const image = imageOf(names, plain) ?? given ?? request.image;
  const registry = registryOf(image) ?? request.registry;
  const signs = networkFault(words);
  const lookup = signs.lookup ? lookupPattern.exec(plain) : null;
  const host = request.host ?? lookup?.[1] ?? statement.fields.get('host') ?? null;
  return {
    words,
    chain: readChain(plain),
    image,
    registry,
    url: request.url,
    method: request.method,
    host,
    role: request.roleAt(registry),
    grpcCode: words.includes('code') ? (grpc.exec(words)?.[1] ?? null) : null,
    status: statusOf(words),
    codes: signs.code ? codesIn(words) : [],
    network: {
      fault: signs.fault,
      lookup: lookup?.[1] ?? null,
      resolver: lookup?.[2] ?? null,
      address: signs.socket ? (dialPattern.exec(plain)?.[1] ?? null) : null,
      proxy: signs.proxy,
    },
  };
};
