import type { Check } from '../../model/check.ts';
import { certificateFacts } from './certificates.ts';
import { beginCheck } from './outcome.ts';
import type { Session } from './session.ts';

/** Judges the chain that the handshake kept, with the CAs that containerd has for this host. Nothing is sent. */
export const probeTlsChain = (session: Session): Promise<Check> => {
  const check = beginCheck('tls.chain');
  const { tls, way, host } = session;
  if (tls === null) return Promise.resolve(check.fail({ code: 'not-told', detail: 'no TLS, so no certificate' }));
  const { chain, faults } = tls;
  const trust = { systemBundle: way.trust.systemBundle, caFiles: [...way.trust.caFiles], skipVerify: host.skipVerify };
  const facts = { chain: chain.map(certificateFacts), faults: faults.map(({ code }) => code), trust };
  const [first, ...more] = faults;
  const skips = host.skipVerify ? ' (containerd skips verification here)' : '';
  if (first === undefined) {
    const [leaf] = chain;
    const until = leaf?.validToDate.toISOString().slice(0, 10) ?? '';
    return Promise.resolve(
      check.pass(`${leaf?.subject.split('\n').at(-1) ?? ''}, valid until ${until}${skips}`, facts),
    );
  }
  const detail = [first, ...more].map(fault => fault.detail).join('; ');
  // The verdict is containerd's own: it would go on, and so does the walk, with the chain's faults shown.
  if (host.skipVerify) return Promise.resolve(check.pass(`${detail}${skips}`, facts));
  return Promise.resolve(check.fail({ ...first, detail }, facts));
};
