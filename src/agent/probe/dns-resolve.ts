import { limits } from '../../model/limits.ts';
import type { Check } from '../../model/check.ts';
import { beginCheck } from './outcome.ts';
import type { Resolver } from './resolver.ts';

/** Resolves a name as containerd's resolver does, and gives the addresses beside the check. */
export const probeDnsResolve = async (
  { name, resolver, found }: { name: string; resolver: Resolver; found: (addresses: string[]) => void },
  signal: AbortSignal,
): Promise<Check> => {
  const check = beginCheck('dns.resolve');
  const resolved = await resolver.resolve(name, signal);
  if (!resolved.ok) {
    const { detail } = resolved.fault;
    return check.fail(
      { ...resolved.fault, detail: `${name}: ${detail}` },
      { name, nameservers: resolver.conf.nameservers },
    );
  }
  const { from } = resolved.value;
  const addresses = [...new Set(resolved.value.addresses)].slice(0, limits.probeAddresses);
  found(addresses);
  return check.pass(`${name} is ${addresses.join(', ')} (${from})`, { name, addresses, from });
};
