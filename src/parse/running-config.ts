import type { LegacyTls, RegistrySettings } from './containerd-config.ts';
import { isTable, tableAt } from './toml.ts';
import type { TomlTable } from './toml.ts';

/** What a running containerd has of its registry configuration; no credential is among it. */
export type RunningRegistry = Pick<RegistrySettings, 'configPath' | 'mirrors' | 'tls'>;

const text = (table: TomlTable, key: string): string => {
  const value = table[key];
  return typeof value === 'string' ? value : '';
};

const endpointsOf = (mirror: unknown): string[] => {
  const endpoints = isTable(mirror) ? mirror['endpoint'] : null;
  return Array.isArray(endpoints) ? endpoints.filter(item => typeof item === 'string') : [];
};

const tlsOf = (config: unknown): LegacyTls | null => {
  const tls = isTable(config) ? tableAt(config, ['tls']) : null;
  if (tls === null) return null;
  const [caFile, certFile, keyFile] = [text(tls, 'caFile'), text(tls, 'certFile'), text(tls, 'keyFile')];
  return { caFile, certFile, keyFile, skipVerify: tls['insecure_skip_verify'] === true };
};

/**
 * Reads `info["config"]` of CRI's verbose Status: containerd 1.x tells its registry section there, with passwords, which
 * are left out; null where there is none, as of containerd 2.x and CRI-O.
 */
export const parseRunningConfig = (json: string): RunningRegistry | null => {
  let config: unknown;
  try {
    config = JSON.parse(json);
  } catch {
    return null;
  }
  const registry = isTable(config) ? tableAt(config, ['registry']) : null;
  if (registry === null) return null;
  const mirrors = Object.entries(tableAt(registry, ['mirrors']) ?? {});
  const configs = Object.entries(tableAt(registry, ['configs']) ?? {});
  return {
    configPath: text(registry, 'configPath'),
    mirrors: Object.fromEntries(mirrors.map(([host, mirror]) => [host, endpointsOf(mirror)])),
    tls: Object.fromEntries(
      configs.flatMap(([host, one]) => {
        const tls = tlsOf(one);
        return tls === null ? [] : [[host, tls]];
      }),
    ),
  };
};
