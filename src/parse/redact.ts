/** What stands where a secret was, as containerd writes it. */
const gone = '[REDACTED]';

/** Parameters of registry requests that say what is asked for and never who asks. */
const plainParameters = new Set(['ns', 'scope', 'service']);

const url = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'`<>\\]+/gi;
/** The name and password of a URL; a digest's `@` stands behind a slash. */
const userInfo = /^([^:]+:\/\/)[^/?#]*@/;
const parameter = /([?&;])([^=&;#?]{1,200})=([^&;#]+)/g;

const redactUrl = (text: string): string =>
  text
    .replace(userInfo, `$1${gone}@`)
    .replace(parameter, (whole: string, mark: string, name: string) =>
      plainParameters.has(name) ? whole : `${mark}${name}=${gone}`,
    );

const secretWord =
  'passw(?:or)?d|auth|identity_?token|registry_?token|access_?token|refresh_?token|id_?token|token|client_?secret|secret_?key|api_?key';
/** `"password": "…"`, with quotes escaped any number of times; looked for from the first backslash alone, so that a run of them is read once. */
const jsonMember = new RegExp(
  `((?<!\\\\)(\\\\*")(?:${secretWord})\\2\\s{0,8}:\\s{0,8}\\2)(?!\\[REDACTED)(?:(?!\\2)[^\\n]){1,8192}`,
  'gi',
);
const assignment = new RegExp(`\\b(${secretWord})=(\\\\*")?(?!\\[REDACTED)[^\\s"'&;,\\\\]+`, 'gi');
/** A header with its credential: what has no scheme is told apart from prose by a digit or its length. */
const header =
  /\b((?:proxy-)?authorization\\*"?\s{0,4}[:=]\s{0,4}["[\\]{0,6}(?:(?:basic|bearer|digest|aws4-hmac-sha256)\s+|(?=[^\s"\\\]]*\d|[^\s"\\\]]{24})))(?!\[REDACTED)[^\s"\\\]]{4,}/gi;
/** A scheme with its credential, told apart from prose such as `basic authentication` by a digit in it. */
const scheme = /\b((?:basic|bearer)\s+)(?=[\w.~+/=-]{0,200}\d)[\w.~+/=-]{20,}/gi;
const webToken = /\beyJ[\w-]{6,}\.eyJ[\w-]{6,}\.[\w-]*/g;

/**
 * The text without what may be a credential: names and passwords of URLs, values of their parameters (containerd 2 takes those
 * away itself, containerd 1.6 does not), Authorization headers, members such as `"password"`, and JSON web tokens.
 */
export const redact = (text: string): string => {
  let clean = text;
  if (clean.includes('://')) clean = clean.replace(url, redactUrl);
  if (/auth|token|passw|secret|api_?key/i.test(clean))
    clean = clean.replace(header, `$1${gone}`).replace(jsonMember, `$1${gone}`).replace(assignment, `$1=$2${gone}`);
  if (/bearer|basic/i.test(clean)) clean = clean.replace(scheme, `$1${gone}`);
  return clean.includes('eyJ') ? clean.replace(webToken, gone) : clean;
};
