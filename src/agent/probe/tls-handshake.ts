import type { Socket } from 'node:net';
import type { Check } from '../../model/check.ts';
import type { Net } from './net.ts';
import { openProxy, openTunnel } from './open-proxy.ts';
import { openFirst } from './open-tcp.ts';
import { answersHttp, openTls } from './open-tls.ts';
import { beginCheck, type Got } from './outcome.ts';
import type { Session } from './session.ts';

const open = (session: Session, signal: AbortSignal, net: Net): Promise<Got<Socket>> => {
  const { end, proxy } = session;
  const { resolver, trust } = session.way;
  if (proxy === null) return openFirst(session.open, end.port, signal, net);
  const way = { proxy, resolver, trust };
  return session.plain ? openProxy(way, signal, net) : openTunnel(end, way, signal, net);
};

/**
 * The handshake alone, whatever the certificate: the chain is kept for the check after this one, and the connection for the
 * requests, where it may be used. A port that speaks HTTP is told apart, as containerd does.
 */
export const probeTlsHandshake = async (session: Session, signal: AbortSignal, net: Net): Promise<Check> => {
  const check = beginCheck('tls.handshake');
  const { end, way, host } = session;
  const opened = await open(session, signal, net);
  if (!opened.ok) return check.fail(opened.fault);
  const secured = await openTls(opened.value, { host: end.host, trust: way.trust }, signal, net);
  if (!secured.ok) {
    if (secured.fault.code !== 'tls-not-tls') return check.fail(secured.fault);
    const again = await open(session, signal, net);
    const isHttp = again.ok && (await answersHttp(again.value, signal));
    if (!isHttp) return check.fail({ ...secured.fault, detail: 'what answers is not TLS' });
    if (!host.httpFallback)
      return check.fail({ code: 'tls-plain-http', detail: `port ${end.port} speaks HTTP without TLS` });
    session.plain = true;
    return check.pass(`port ${end.port} speaks plain HTTP, and containerd goes on with that`, { plainHttp: true });
  }
  const { socket, chain, faults } = secured.value;
  session.tls = { chain, faults };
  const facts = { protocol: socket.getProtocol() ?? '', cipher: socket.getCipher().standardName };
  const said = `${facts.protocol}, ${facts.cipher}`;
  if (faults.length === 0 || host.skipVerify)
    session.http.adopt(session.base.origin, { socket, proxied: session.proxy !== null });
  else socket.destroy();
  return check.pass(said, facts);
};
