import { parseGoUrl, splitHostPort } from './go-url.ts';
import { inNetwork, isLoopback, parseIp, parseNetwork, sameIp } from './ip-address.ts';

/** The variables of the process whose requests are meant. Values may hold passwords. */
export type ProxyEnvironment = Readonly<Record<string, string>>;

/** The proxy that a request goes through. */
export type Proxy = {
  /** With user and password, for the connection alone: never to be shown or logged. */
  connect: string;
  /** The same without user and password. */
  shown: string;
  /** The variable that named it. */
  variable: string;
};

type Rule = (host: string, port: string, ip: Uint8Array | null) => boolean;

const defaultPorts: Readonly<Record<string, string>> = { http: '80', https: '443', socks5: '1080', socks5h: '1080' };
const proxySchemes = new Set(['http', 'https', 'socks5', 'socks5h']);

const firstSet = (env: ProxyEnvironment, names: readonly string[]): { name: string; value: string } | null => {
  for (const name of names) {
    const value = env[name];
    if (value !== undefined && value !== '') return { name, value };
  }
  return null;
};

/** A proxy's URL, with `http://` before it where it has no scheme that Go knows; null where it cannot be one. */
const parseProxyUrl = (value: string): { url: string; shown: string } | null => {
  const whole = parseGoUrl(value);
  const known = whole !== null && proxySchemes.has(whole.scheme);
  const url = known ? value : `http://${value}`;
  const parts = known ? whole : parseGoUrl(url);
  if (parts === null) return null;
  return { url, shown: `${parts.scheme}://${parts.host}` };
};

/** `host:port` as Go's net.SplitHostPort takes it apart, null where it is an error. */
const strictSplit = (text: string): { name: string; port: string } | null => {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text);
  return match === null ? null : { name: match[1] ?? match[2] ?? '', port: match[3] ?? '' };
};

const domainRule = (name: string, port: string): Rule => {
  const dotted = name.startsWith('*.') ? name.slice(1) : name;
  const suffix = dotted.startsWith('.') ? dotted : `.${dotted}`;
  const exact = dotted.startsWith('.') ? null : dotted;
  return (host, at) => (host.endsWith(suffix) || host === exact) && (port === '' || port === at);
};

/** One entry of NO_PROXY as a rule; null where Go leaves it out. */
const ruleOf = (entry: string): Rule | null => {
  const network = parseNetwork(entry);
  if (network !== null) return (_host, _port, ip) => ip !== null && inNetwork(network, ip);
  const split = strictSplit(entry);
  const name = split?.name ?? entry;
  const port = split?.port ?? '';
  if (name === '') return null;
  const address = parseIp(name);
  if (address !== null) return (_host, at, ip) => ip !== null && sameIp(address, ip) && (port === '' || port === at);
  return domainRule(name, port);
};

const bypasses = (noProxy: string, host: string, port: string, ip: Uint8Array | null): boolean =>
  noProxy
    .split(',')
    .map(entry => entry.trim().toLowerCase())
    .filter(entry => entry !== '')
    .some(entry => entry === '*' || (ruleOf(entry)?.(host, port, ip) ?? false));

/**
 * The proxy for a request to this URL, or null where it goes there directly: Go's httpproxy, which containerd asks.
 * ALL_PROXY is not read; names are not resolved; localhost and loopback addresses never go through a proxy.
 */
export const proxyFor = (url: string, env: ProxyEnvironment): Proxy | null => {
  const target = parseGoUrl(url);
  if (target === null) return null;
  const names = target.scheme === 'https' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const set = target.scheme === 'https' || target.scheme === 'http' ? firstSet(env, names) : null;
  const proxy = set === null ? null : parseProxyUrl(set.value);
  if (set === null || proxy === null) return null;
  const { name, port } = splitHostPort(target.host);
  const ip = parseIp(name);
  if (name === 'localhost' || (ip !== null && isLoopback(ip))) return null;
  const at = port === '' ? (defaultPorts[target.scheme] ?? '') : port;
  const noProxy = firstSet(env, ['NO_PROXY', 'no_proxy'])?.value ?? '';
  if (bypasses(noProxy, name.trim().toLowerCase(), at, ip)) return null;
  return { connect: proxy.url, shown: proxy.shown, variable: set.name };
};
