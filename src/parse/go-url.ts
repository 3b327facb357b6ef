/** The parts of a URL that containerd uses, as Go's net/url tells them apart (`url.Parse`). */
export type GoUrl = {
  scheme: string;
  /** `user` or `user:password` as written, null where there is none. May be secret. */
  userInfo: string | null;
  /** Host with its port as written, brackets kept. */
  host: string;
  /** Percent-decoded. */
  path: string;
};

/** Splits the scheme off; null where there is a colon in front of everything. */
const splitScheme = (text: string): { scheme: string; rest: string } | null => {
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text);
  if (match) return { scheme: (match[1] ?? '').toLowerCase(), rest: text.slice(match[0].length) };
  return text.startsWith(':') ? null : { scheme: '', rest: text };
};

const hostPattern = /^(?:\[[^\]\s]*\]|[^\s[\]"<>\\^`{|}:]*)(?::[0-9]*)?$/;

const decode = (text: string): string | null => {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Gives the parts of a URL, or null where Go refuses it. An address without `//` has no host. */
export const parseGoUrl = (text: string): GoUrl | null => {
  if (/[\u0000-\u001f\u007f]/.test(text)) return null;
  const split = splitScheme(text.replace(/#.*$/s, ''));
  if (split === null) return null;
  const { scheme } = split;
  const rest = split.rest.replace(/\?.*$/s, '');
  if (!rest.startsWith('//')) {
    if (scheme === '' && /^[^/]*:/.test(rest)) return null;
    const path = rest.startsWith('/') || scheme === '' ? decode(rest) : '';
    return path === null ? null : { scheme, userInfo: null, host: '', path };
  }
  const slash = rest.indexOf('/', 2);
  const authority = rest.slice(2, slash === -1 ? undefined : slash);
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const path = decode(slash === -1 ? '' : rest.slice(slash));
  if (path === null || !hostPattern.test(host)) return null;
  return { scheme, userInfo: at === -1 ? null : authority.slice(0, at), host, path };
};

/** Splits `host:port` as Go's `URL.Hostname` and `URL.Port`: without brackets; port empty where there is none. */
export const splitHostPort = (host: string): { name: string; port: string } => {
  const match = /^(?:\[([^\]]*)\]|(.*?))(?::([0-9]*))?$/s.exec(host);
  return { name: match?.[1] ?? match?.[2] ?? host, port: match?.[3] ?? '' };
};
