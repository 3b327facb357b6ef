import { at } from './certs-d-trees.ts';
import type { Tree } from './certs-d-trees.ts';

const up = 'up.lab.test';

/** Chance that is the same each time. */
const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Trees put together by chance, from what the others hold one by one. */
export const generatedTrees = (count: number, seed = 1): Tree[] => {
  const next = random(seed);
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
  const maybe = (chance: number, text: string): string => (next() < chance ? text : '');
  const table = (): string =>
    [
      maybe(0.7, `ca = ${one(['"one.pem"', '"two.pem"', '["one.pem", "two.pem"]', '["two.pem"]'])}\n`),
      maybe(
        0.5,
        `capabilities = ${one(['["pull"]', '["pull", "resolve"]', '["resolve", "pull", "push"]', '["push"]'])}\n`,
      ),
      maybe(0.25, `skip_verify = ${one(['true', 'false'])}\n`),
      maybe(0.2, 'override_path = true\n'),
      maybe(0.2, 'client = [["client.pem", "key.pem"]]\n'),
      maybe(0.1, 'dial_timeout = "5s"\n'),
    ].join('');
  const host = (): string =>
    `${one(['https://', 'https://', 'http://', ''])}${one(['m1', 'm2', 'm3'])}.lab.test${one(['', '', ':5000', ':5001'])}${one(['', '', '/', '/x', '/v2', '/x/v2'])}`;
  return Array.from({ length: count }, (_unused, index) => {
    const registry = `${up}${one(['', ':5000'])}`;
    const directory = one([registry, registry.replace(/:(\d+)$/, '_$1_'), registry, '_default']);
    const hosts = [...new Set(Array.from({ length: Math.floor(next() * 4) }, host))];
    const headers = new Map(hosts.map(name => [name, maybe(0.2, `[host."${name}".header]\nx-lab = "1"\n`)]));
    const tables = hosts.map(name => `[host."${name}"]\n${table()}${headers.get(name) ?? ''}`);
    const server = maybe(
      0.6,
      `server = "${one([`https://${registry}`, 'https://m1.lab.test', 'http://m3.lab.test', up])}"\n`,
    );
    const text = `${server}${table()}${tables.join('')}`;
    const files = {
      'hosts.toml': text,
      'one.pem': '@one',
      'two.pem': '@two',
      'client.pem': '@client',
      'key.pem': '@key',
      'a.crt': '@one',
    };
    return { name: `generated ${index + 1}`, registry, files: at(directory, files) };
  });
};
