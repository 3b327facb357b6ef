import { readdir } from 'node:fs/promises';
import { limits } from '../../model/limits.ts';
import {
  parseDefaultEnvironment,
  parseEnviron,
  parseEnvironmentFile,
  parseUnitEnvironment,
  type Specifiers,
} from '../../parse/systemd-unit.ts';
import { hostPath, readHostText } from './host-file.ts';

type Variables = Record<string, string>;

/** Where systemd looks for units and their drop-ins, the first before the others (systemd.unit(5)). */
const unitFolders = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'].map(root => `${root}/systemd/system`);
const managerFolders = ['/etc', '/run', '/usr/local/lib', '/usr/lib'].map(root => `${root}/systemd`);

const textOf = async (
  hostRoot: string,
  path: string,
  maxBytes: number = limits.unitFileBytes,
): Promise<string | null> => {
  const read = await readHostText(hostRoot, path, maxBytes);
  return read.ok ? read.text : null;
};

/** Drop-ins by their names' order; of equal names, that of the folder that comes first. */
const dropInTexts = async (hostRoot: string, folders: readonly string[]): Promise<string[]> => {
  const found = new Map<string, string>();
  for (const folder of folders) {
    const names = await hostPath(hostRoot, folder)
      .then(at => readdir(at))
      .catch((): string[] => []);
    for (const name of names.slice(0, limits.directoryEntries))
      if (name.endsWith('.conf') && !found.has(name)) found.set(name, `${folder}/${name}`);
  }
  const sorted = [...found.keys()].sort().map(name => found.get(name) ?? '');
  const texts = await Promise.all(sorted.map(path => textOf(hostRoot, path)));
  return texts.filter(text => text !== null);
};

/** `a-b` has drop-ins of its own, of `a-`, and of all services. */
const dropInNames = (unit: string): string[] => {
  const parts = unit.split('-');
  const prefixes = parts.slice(1).map((_part, at) => `${parts.slice(0, parts.length - 1 - at).join('-')}-`);
  return [unit, ...prefixes].map(name => `${name}.service.d`).concat('service.d');
};

const unitTexts = async (hostRoot: string, unit: string): Promise<string[]> => {
  const foldersOf = (name: string): string[] => unitFolders.map(root => `${root}/${name}`);
  const dropIns = (): Promise<string[]> => dropInTexts(hostRoot, dropInNames(unit).flatMap(foldersOf));
  for (const folder of unitFolders) {
    const own = await textOf(hostRoot, `${folder}/${unit}.service`);
    if (own !== null) return [own, ...(await dropIns())];
  }
  // In a container /etc is there and the vendor's folder need not be: drop-ins of its own say that there is such a unit.
  const itsOwn = await dropInTexts(hostRoot, foldersOf(`${unit}.service.d`));
  return itsOwn.length === 0 ? [] : dropIns();
};

const managerTexts = async (hostRoot: string): Promise<string[]> => {
  const dropIns = await dropInTexts(
    hostRoot,
    managerFolders.map(folder => `${folder}/system.conf.d`),
  );
  for (const folder of managerFolders) {
    const own = await textOf(hostRoot, `${folder}/system.conf`);
    if (own !== null) return [own, ...dropIns];
  }
  return dropIns;
};

/** What is the same for every unit of the system's own manager, and the host's names. */
const systemSpecifiers = async (hostRoot: string): Promise<Specifiers> => {
  const first = async (path: string): Promise<string> => ((await textOf(hostRoot, path)) ?? '').trim();
  const host = (await first('/proc/sys/kernel/hostname')) || (await first('/etc/hostname'));
  return {
    ...{ C: '/var/cache', E: '/etc', L: '/var/log', S: '/var/lib', T: '/tmp', V: '/var/tmp', t: '/run' },
    ...{ h: '/root', u: 'root', U: '0', g: 'root', G: '0', s: '/bin/sh' },
    ...{ H: host, l: host.split('.')[0] ?? '', q: host, m: await first('/etc/machine-id') },
    b: (await first('/proc/sys/kernel/random/boot_id')).replaceAll('-', ''),
    v: await first('/proc/sys/kernel/osrelease'),
  };
};

/** `NAME` takes a variable away whatever it is, `NAME=VALUE` only with this value. */
const without = (all: Variables, unset: readonly string[]): Variables =>
  Object.fromEntries(
    Object.entries(all).filter(([name, value]) => !unset.includes(name) && !unset.includes(`${name}=${value}`)),
  );

/**
 * The environment that systemd would start a unit with now, as far as its files say: the manager's defaults, what it hands
 * on of its own, `Environment=`, then the environment files (systemd.exec(5)). Null where there is no such unit.
 */
export const unitEnvironment = async (hostRoot: string, unit: string): Promise<Variables | null> => {
  const texts = await unitTexts(hostRoot, unit);
  if (texts.length === 0) return null;
  const system = await systemSpecifiers(hostRoot);
  const names = { n: `${unit}.service`, N: unit, p: unit, P: unit, i: '', I: '', j: unit.split('-').at(-1) ?? '' };
  const { variables, files, passed, unset } = parseUnitEnvironment(texts, { ...system, ...names });
  const all: Variables = parseDefaultEnvironment(await managerTexts(hostRoot), system);
  const manager =
    passed.length === 0 ? {} : parseEnviron((await textOf(hostRoot, '/proc/1/environ', limits.environBytes)) ?? '');
  for (const name of passed) if (Object.hasOwn(manager, name)) all[name] = manager[name] ?? '';
  Object.assign(all, variables);
  for (const { path } of files) Object.assign(all, parseEnvironmentFile((await textOf(hostRoot, path)) ?? ''));
  return without(all, unset);
};

/** The variables of a file of assignments that is not the unit's own, such as a start script's; none where it is not there. */
export const assignedIn = async (hostRoot: string, path: string): Promise<Variables> =>
  parseEnvironmentFile((await textOf(hostRoot, path)) ?? '');
