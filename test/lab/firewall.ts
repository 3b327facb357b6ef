import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './process.ts';

/** Rules of the machine's packet filter that a lab has set: one loopback address each. */
export type Firewall = {
  /** Drops every packet to the address, as a firewall does that says nothing. */
  drop(address: string): Promise<void>;
  /** Lets packets to the address through again. */
  allow(address: string): Promise<void>;
  stop(): Promise<void>;
};

const rule = (action: '-I' | '-D', address: string): string[] => {
  if (!address.startsWith('127.')) throw new Error(`not a loopback address: ${address}`);
  return ['iptables', '-w', '10', action, 'INPUT', '-d', address, '-j', 'DROP'];
};

const listFile = (dir: string): string => join(dir, 'dropped-addresses');

/** Starts with no rule. Each address is written down before its rule is set, so that a later run can undo it. */
export const startFirewall = (dir: string): Firewall => {
  const dropped = new Set<string>();
  const allow = async (address: string): Promise<void> => {
    if (!dropped.delete(address)) return;
    await run(rule('-D', address));
  };
  return {
    async drop(address) {
      await appendFile(listFile(dir), `${address}\n`);
      await run(rule('-I', address));
      dropped.add(address);
    },
    allow,
    async stop() {
      // A rule that somebody took away by hand, to see a pull heal, is no longer there.
      for (const address of [...dropped]) await allow(address).catch(() => undefined);
    },
  };
};

/** Removes the rules that a lab which could not stop left behind. */
export const removeLeftRules = async (dir: string): Promise<void> => {
  const list = await readFile(listFile(dir), 'utf8').catch(() => '');
  for (const address of list.split('\n').filter(line => line !== ''))
    await run(rule('-D', address)).catch(() => undefined);
};
