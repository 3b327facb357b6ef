import { connect, type Socket } from 'node:net';

/** The ways out of the process; tests hand in other ports and clocks, never other answers. */
export type Net = {
  connect: (to: { host: string; port: number }) => Socket;
  /** Where nameservers listen. */
  dnsPort: number;
  /** Epoch milliseconds. */
  now: () => number;
};

/** The node's own network. */
export const realNet: Net = {
  connect: to => connect({ ...to, noDelay: true }),
  dnsPort: 53,
  now: Date.now,
};

/** The caller's signal with a step's own deadline, milliseconds. */
export const withDeadline = (signal: AbortSignal, ms: number): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(ms)]);

/** A host and port as URLs write them: brackets around an IPv6 address. */
export const hostPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Host without brackets, and port, of an http or https URL. */
export const endOf = (url: URL): { host: string; port: number } => ({
  host: url.hostname.replace(/^\[|\]$/g, ''),
  port: Number(url.port) || (url.protocol === 'http:' ? 80 : 443),
});
