/** A range of addresses: the leading bits count. */
export type IpNetwork = { address: Uint8Array; bits: number };

const v4Prefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

const parseV4 = (text: string): number[] | null => {
  const parts = text.split('.');
  // Go refuses leading zeros.
  if (parts.length !== 4 || !parts.every(part => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256))
    return null;
  return parts.map(Number);
};

/** The eight groups of one side of `::`, or null where one is not a group; a trailing IPv4 counts as two. */
const groupsOf = (text: string): number[] | null => {
  if (text === '') return [];
  const bytes: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.') && index === parts.length - 1) {
      const four = parseV4(part);
      if (four === null) return null;
      bytes.push(...four);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      const group = Number.parseInt(part, 16);
      bytes.push(group >> 8, group & 0xff);
    } else {
      return null;
    }
  }
  return bytes;
};

/** An IP address as 16 bytes (IPv4 mapped into IPv6), as Go's net.ParseIP; null for anything else, zones included. */
export const parseIp = (text: string): Uint8Array | null => {
  const four = parseV4(text);
  if (four !== null) return Uint8Array.from([...v4Prefix, ...four]);
  if (!text.includes(':')) return null;
  const sides = text.split('::');
  if (sides.length > 2) return null;
  const [left, right] = [groupsOf(sides[0] ?? ''), groupsOf(sides[1] ?? '')];
  if (left === null || right === null) return null;
  if (sides.length === 1) return left.length === 16 ? Uint8Array.from(left) : null;
  const missing = 16 - left.length - right.length;
  return missing < 2 ? null : Uint8Array.from([...left, ...Array.from({ length: missing }, () => 0), ...right]);
};

const isV4 = (ip: Uint8Array): boolean => v4Prefix.every((byte, index) => ip[index] === byte);

/** Whether two addresses are the same; IPv4 equals its IPv4-mapped form. */
export const sameIp = (one: Uint8Array, other: Uint8Array): boolean =>
  one.every((byte, index) => other[index] === byte);

/** Whether an address is 127.0.0.0/8 or ::1. */
export const isLoopback = (ip: Uint8Array): boolean =>
  isV4(ip) ? ip[12] === 127 : ip.every((byte, index) => byte === (index === 15 ? 1 : 0));

/** `ADDRESS/BITS` as Go's net.ParseCIDR; null for anything else. */
export const parseNetwork = (text: string): IpNetwork | null => {
  const match = /^([^/]+)\/([0-9]{1,3})$/.exec(text);
  const address = parseIp(match?.[1] ?? '');
  if (match === null || address === null) return null;
  const four = !(match[1] ?? '').includes(':');
  const bits = Number(match[2]);
  if (bits > (four ? 32 : 128)) return null;
  return { address, bits: four ? bits + 96 : bits };
};

/** Whether an address lies in a network; an IPv4 address only in an IPv4 network. */
export const inNetwork = (network: IpNetwork, ip: Uint8Array): boolean => {
  if (isV4(ip) !== (isV4(network.address) && network.bits >= 96)) return false;
  for (let bit = 0; bit < network.bits; bit += 8) {
    const mask = network.bits - bit >= 8 ? 0xff : (0xff << (8 - (network.bits - bit))) & 0xff;
    if (((ip[bit / 8] ?? 0) & mask) !== ((network.address[bit / 8] ?? 0) & mask)) return false;
  }
  return true;
};
