/** The interface of the default IPv4 route with the lowest metric in /proc/net/route (Linux, proc_net(5)); null without one. */
export const defaultInterface = (text: string): string | null => {
  const routes = text
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/\s+/))
    .flatMap(([name = '', destination, , , , , metric = '', mask]) =>
      destination === '00000000' && mask === '00000000' ? [{ name, metric: Number(metric) }] : [],
    );
  return routes.toSorted((one, other) => one.metric - other.metric)[0]?.name ?? null;
};

/** The network of an IPv4 address with its prefix: `10.1.2.3/20` lies in `10.1.0.0/20`; null for what is none. */
export const networkOf = (cidr: string): string | null => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (match === null) return null;
  const bits = Number(match[5]);
  const octets = match.slice(1, 5).map(Number);
  if (bits > 32 || octets.some(octet => octet > 255)) return null;
  const masked = octets.map((octet, at) => octet & (0xff << (8 - Math.min(8, Math.max(0, bits - 8 * at)))) & 0xff);
  return `${masked.join('.')}/${bits}`;
};
