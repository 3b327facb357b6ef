import { promises as dns } from 'node:dns';
import { isIP } from 'node:net';
import type { CheckCode } from '../../model/check-codes.ts';
import { limits } from '../../model/limits.ts';
import { hostsFileAddresses, namesToAsk, type ResolvConf } from '../../parse/resolv-conf.ts';
import { hostPort, withDeadline, type Net } from './net.ts';
import { failed, got, type Fault, type Got } from './outcome.ts';
import { abortFault } from './socket-fault.ts';

/** What one nameserver says of one full name. */
export type DnsAnswer = { server: string; name: string; result: Got<string[]> };

/** Addresses, and who gave them: `/etc/hosts`, the name itself where it is an address, or a nameserver. */
export type Resolved = { addresses: string[]; from: string };

const codes: Record<string, CheckCode> = {
  ENOTFOUND: 'dns-nxdomain',
  ENODATA: 'dns-nodata',
  ESERVFAIL: 'dns-servfail',
  EREFUSED: 'dns-refused',
  ENOTIMP: 'dns-refused',
  ETIMEOUT: 'dns-timeout',
  ECONNREFUSED: 'dns-unreachable',
  EBADRESP: 'dns-malformed',
  EFORMERR: 'dns-malformed',
  EBADNAME: 'dns-name-invalid',
};

const words: Partial<Record<CheckCode, string>> = {
  'dns-nxdomain': 'no such name (NXDOMAIN)',
  'dns-nodata': 'the name has no address',
  'dns-servfail': 'the nameserver failed (SERVFAIL)',
  'dns-refused': 'the nameserver refuses (REFUSED)',
  'dns-timeout': 'no answer in time',
  'dns-unreachable': 'nothing answers at the nameserver’s address',
};

/** NXDOMAIN and an empty answer end a name at once; every other fault goes on to the next nameserver (Go, dnsclient_unix.go). */
const endsName: ReadonlySet<CheckCode> = new Set<CheckCode>(['dns-nxdomain', 'dns-nodata']);

export type ResolverFiles = { resolvConf: ResolvConf; hostsFile: string };

/**
 * The node's nameservers, each asked by itself, and Go's way to one answer from them. An answer is kept for the walk, so
 * that a name that several hosts share is asked for once.
 */
export class Resolver {
  readonly conf: ResolvConf;
  private readonly hostsFile: string;
  private readonly net: Net;
  private readonly asked = new Map<string, Promise<DnsAnswer>>();

  constructor({ resolvConf, hostsFile }: ResolverFiles, net: Net) {
    this.conf = resolvConf;
    this.hostsFile = hostsFile;
    this.net = net;
  }

  /** What needs no nameserver: an address, or a name in /etc/hosts; null for what does. */
  known(name: string): Resolved | null {
    if (isIP(name) !== 0) return { addresses: [name], from: 'the name itself' };
    const addresses = hostsFileAddresses(this.hostsFile, name);
    return addresses.length === 0 ? null : { addresses, from: '/etc/hosts' };
  }

  /** Asks one nameserver for the addresses of one full name, v4 and v6 together. */
  ask(server: string, name: string, signal: AbortSignal): Promise<DnsAnswer> {
    const key = `${server} ${name}`;
    const earlier = this.asked.get(key);
    if (earlier !== undefined) return earlier;
    const answer = this.query(server, name, signal).then(result => ({ server, name, result }));
    this.asked.set(key, answer);
    return answer;
  }

  /** The name's addresses by Go's rules: each full name in turn, at each nameserver in turn. */
  async resolve(name: string, signal: AbortSignal): Promise<Got<Resolved>> {
    const known = this.known(name);
    if (known !== null) return got(known);
    let fault: Fault | null = null;
    for (const full of namesToAsk(name, this.conf)) {
      // All at once, so that one dead nameserver does not take the whole deadline; Go's order decides among the answers.
      const answers = this.conf.nameservers.map(server => this.ask(server, full, signal));
      for (const each of answers) {
        const { server, result } = await each;
        if (result.ok) return got({ addresses: result.value, from: server });
        // The error of the bare name is preferred to those of suffixed ones.
        if (fault === null || full === `${name}.` || result.fault.code === 'cancelled') fault = result.fault;
        if (endsName.has(result.fault.code)) break;
      }
    }
    return { ok: false, fault: fault ?? { code: 'dns-name-invalid', detail: 'no name that could be asked for' } };
  }

  private async query(server: string, name: string, signal: AbortSignal): Promise<Got<string[]>> {
    if (signal.aborted) return { ok: false, fault: abortFault(signal, 'dns-timeout', name) };
    if (name.split('.').some(label => label.length > 63)) return failed('dns-name-invalid', 'a label is too long');
    const resolver = new dns.Resolver({ timeout: limits.dnsQueryMs, tries: 1 });
    const deadline = withDeadline(signal, limits.probeDnsMs);
    const cancel = (): void => resolver.cancel();
    try {
      resolver.setServers([hostPort(server, this.net.dnsPort)]);
      deadline.addEventListener('abort', cancel);
      const parts = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
      const addresses = parts.flatMap(part => (part.status === 'fulfilled' ? part.value : []));
      if (addresses.length > 0) return got(addresses);
      const errors = parts.flatMap(part => (part.status === 'rejected' ? [part.reason as { code?: string }] : []));
      return this.faultOf(errors, signal);
    } catch (error) {
      return failed('dns-unreachable', `the nameserver's address cannot be asked: ${(error as Error).message}`);
    } finally {
      deadline.removeEventListener('abort', cancel);
    }
  }

  private faultOf(errors: { code?: string }[], signal: AbortSignal): Got<string[]> {
    if (signal.aborted) return { ok: false, fault: abortFault(signal, 'dns-timeout', 'DNS') };
    // One of the two answers may say more: an empty one beside a failure is the failure.
    const found = errors.map(({ code = '' }) => codes[code] ?? 'dns-timeout');
    const code = found.find(each => !endsName.has(each)) ?? found[0] ?? 'dns-nodata';
    return failed(code, words[code] ?? 'the answer cannot be read', { system: errors[0]?.code ?? '' });
  }
}
