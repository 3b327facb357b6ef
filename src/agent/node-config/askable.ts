import { isIP } from 'node:net';
import type { ConfigProblem, RegistryHost, RegistryHosts } from '../../model/registry-hosts.ts';
import { parseGoUrl, splitHostPort } from '../../parse/go-url.ts';

/**
 * Why no request can go to a URL, null where one can. Go looks up a name such as `1.2.3`, for which there is never an address;
 * the URL standard makes 1.2.0.3 of it, which is another host.
 */
export const whyUnaskable = (url: string): string | null => {
  const parts = parseGoUrl(url);
  if (parts === null || parts.host === '' || !/^https?$/.test(parts.scheme))
    return 'no http or https address with a host';
  const { name, port } = splitHostPort(parts.host);
  if (port !== '' && (Number(port) < 1 || Number(port) > 65_535)) return `${port} is no port`;
  if (!URL.canParse(url)) return `${name} is neither an address nor a name`;
  // Names beyond ASCII are encoded by both.
  const same = new URL(url).hostname === name.toLowerCase() || isIP(name) === 6 || /[^\x20-\x7e]/.test(name);
  return same ? null : `${name} is no address, and no name that could be looked up`;
};

const problemOf = (host: RegistryHost, why: string, alone: boolean): ConfigProblem => {
  const byName = host.source === 'default';
  return {
    code: byName ? 'registry-name-unusable' : 'host-url-unusable',
    file: byName ? 'the image’s registry' : host.source,
    line: host.line,
    effect: alone ? 'pull-fails' : 'ignored',
    detail: why,
  };
};

/** The path without hosts that no request can reach; each of them is a problem instead. */
export const onlyAskable = (found: RegistryHosts): RegistryHosts => {
  const judged = found.hosts.map(host => ({ host, why: whyUnaskable(host.url) }));
  const hosts = judged.filter(({ why }) => why === null).map(({ host }) => host);
  const problems = judged.flatMap(({ host, why }) => (why === null ? [] : [problemOf(host, why, hosts.length === 0)]));
  return { ...found, hosts, problems: [...found.problems, ...problems] };
};
