import type { Check } from '../../model/check.ts';
import { namesToAsk } from '../../parse/resolv-conf.ts';
import { beginCheck, type Fault } from './outcome.ts';
import type { Resolver } from './resolver.ts';

/** Asks one of the node's nameservers for a host's addresses, under each of the full names that Go would try. */
export const probeDnsNameserver = async (
  { server, name, resolver }: { server: string; name: string; resolver: Resolver },
  signal: AbortSignal,
): Promise<Check> => {
  const check = beginCheck('dns.nameserver');
  const names = namesToAsk(name, resolver.conf);
  let fault: Fault = { code: 'dns-name-invalid', detail: 'no name that could be asked for' };
  for (const full of names) {
    const { result } = await resolver.ask(server, full, signal);
    const facts = { server, name: full };
    if (result.ok) return check.pass(`${server}: ${result.value.join(', ')}`, { ...facts, addresses: result.value });
    if (fault.code === 'dns-name-invalid' || full === `${name}.`) fault = result.fault;
    // A server that does not answer for one name will not for the next, and the time is short.
    if (fault.code === 'dns-timeout' || fault.code === 'dns-unreachable') break;
  }
  return check.fail({ ...fault, detail: `${server}: ${fault.detail}` }, { server, name, asked: names });
};
