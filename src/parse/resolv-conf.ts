import { limits } from '../model/limits.ts';

/** resolv.conf as Go's resolver reads it. */
export type ResolvConf = {
  /** At most three, as addresses; Go asks 127.0.0.1 and ::1 where there is none. */
  nameservers: string[];
  /** Suffixes with a dot at the end. */
  search: string[];
  ndots: number;
};

const addressPattern = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:%\S{1,32})?)$/;
const rooted = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

/**
 * Reads resolv.conf with the rules of Go's net package (dnsconfig_unix.go): the first three nameservers, the last of `search`
 * and `domain`, ndots from 0 to 15; what it does not know it leaves out.
 */
export const parseResolvConf = (text: string): ResolvConf => {
  const conf: ResolvConf = { nameservers: [], search: [], ndots: 1 };
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line.startsWith(';')) continue;
    const [keyword = '', ...words] = line.trim().split(/[ \t\r]+/);
    const [first = ''] = words;
    if (keyword === 'nameserver' && conf.nameservers.length < limits.dnsServers && addressPattern.test(first))
      conf.nameservers.push(first);
    else if (keyword === 'domain' && first !== '') conf.search = [rooted(first)];
    else if (keyword === 'search') conf.search = words.map(rooted).filter(name => name !== '.');
    else if (keyword === 'options')
      for (const word of words) {
        const [, dots] = /^ndots:(-?\d{1,9})/.exec(word) ?? [];
        if (dots !== undefined) conf.ndots = Math.min(15, Math.max(0, Number(dots)));
      }
  }
  if (conf.nameservers.length === 0) conf.nameservers = ['127.0.0.1', '::1'];
  return conf;
};

/** The full names that Go asks for, in its order: the name itself first where it has `ndots` dots, else after the suffixes. */
export const namesToAsk = (name: string, { search, ndots }: ResolvConf): string[] => {
  if (name.endsWith('.')) return [name];
  const dots = name.split('.').length - 1;
  const suffixed = search.map(suffix => `${name}.${suffix}`);
  const bare = `${name}.`;
  const names = dots >= ndots ? [bare, ...suffixed] : [...suffixed, bare];
  return names.filter(full => full.length <= 254).slice(0, limits.dnsNames);
};

/** The addresses that a hosts file gives a name, in its order; case and a dot at the end do not matter. */
export const hostsFileAddresses = (text: string, name: string): string[] => {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  const found = text.split('\n').flatMap(line => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const named = names.some(alias => alias.toLowerCase().replace(/\.$/, '') === wanted);
    return named && addressPattern.test(address) ? [address] : [];
  });
  return [...new Set(found)];
};
