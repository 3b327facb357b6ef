import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { CheckCode } from '../../model/check-codes.ts';
import type { Facts } from '../../model/check.ts';
import { limits } from '../../model/limits.ts';
import type { Fault } from './outcome.ts';

/** The chain that the other side showed, leaf first, as far as it can be followed. */
export const chainOf = (socket: TLSSocket): X509Certificate[] => {
  const chain: X509Certificate[] = [];
  // An empty object where there is no certificate, and the last one names itself or nobody.
  let at: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true);
  const seen = new Set<string>();
  while (at !== undefined && chain.length < limits.chainCertificates) {
    const { raw, fingerprint256 = '' } = at;
    if (raw === undefined || seen.has(fingerprint256)) break;
    seen.add(fingerprint256);
    chain.push(new X509Certificate(raw));
    at = at.issuerCertificate;
  }
  return chain;
};

const oneLine = (name: string): string => name.split('\n').reverse().join(', ').slice(0, 300);

/** The names a certificate is for, such as `good.example` and `192.0.2.1`. */
const namesOf = (certificate: X509Certificate): string[] =>
  (certificate.subjectAltName ?? '')
    .split(', ')
    .map(name => name.replace(/^(?:DNS|IP Address):/, ''))
    .filter(name => name !== '')
    .slice(0, 50);

/** A certificate as facts: who it is for, who signed it, when it holds. */
export const certificateFacts = (certificate: X509Certificate): Facts => ({
  subject: oneLine(certificate.subject),
  issuer: oneLine(certificate.issuer),
  names: namesOf(certificate),
  notBefore: certificate.validFromDate.toISOString(),
  notAfter: certificate.validToDate.toISOString(),
  sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
});

const isFor = (certificate: X509Certificate, host: string): boolean =>
  isIP(host) === 0
    ? // As Go: the common name does not count.
      certificate.checkHost(host, { subject: 'never', partialWildcards: false }) !== undefined
    : certificate.checkIP(host) !== undefined;

const chainCodes: Record<string, CheckCode> = {
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-not-yet-valid',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-unknown-authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-unknown-authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-unknown-authority',
  CERT_UNTRUSTED: 'tls-unknown-authority',
};

const day = (date: Date): string => date.toISOString().replace('T', ' ').slice(0, 16);

/** Everything that is wrong with a chain, in the order in which Go's verification meets it: dates, names, then the signatures. */
export const chainFaults = (
  chain: readonly X509Certificate[],
  seen: { host: string; authorizationError: string | null; now: number },
): Fault[] => {
  const [leaf] = chain;
  const { host, authorizationError, now } = seen;
  if (leaf === undefined) return [{ code: 'tls-chain-invalid', detail: 'the other side shows no certificate' }];
  const faults: Fault[] = [];
  const [from, to] = [leaf.validFromDate, leaf.validToDate];
  if (now > to.getTime()) faults.push({ code: 'tls-expired', detail: `the certificate ended on ${day(to)} UTC` });
  if (now < from.getTime())
    faults.push({ code: 'tls-not-yet-valid', detail: `the certificate is valid from ${day(from)} UTC only` });
  const names = namesOf(leaf);
  if (!isFor(leaf, host))
    faults.push({
      code: 'tls-name-mismatch',
      detail: `the certificate is for ${names.length === 0 ? 'no names' : names.slice(0, 5).join(', ')}, not ${host}`,
    });
  if (authorizationError === null) return faults;
  const code = chainCodes[authorizationError] ?? 'tls-chain-invalid';
  if (faults.some(fault => fault.code === code)) return faults;
  const signer = oneLine((chain.at(-1) ?? leaf).issuer);
  const words: Partial<Record<CheckCode, string>> = {
    'tls-unknown-authority': `signed by "${signer}", which containerd does not trust for this host`,
    'tls-expired': 'a certificate that signs this one has ended',
    'tls-not-yet-valid': 'a certificate that signs this one is not valid yet',
  };
  return [
    ...faults,
    { code, detail: words[code] ?? `the chain does not verify`, facts: { system: authorizationError } },
  ];
};
