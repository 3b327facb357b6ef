import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../model/limits.ts';
import { parseEnviron } from '../../parse/systemd-unit.ts';
import { readHostText } from '../node-config/host-file.ts';

/** What decides where the kubelet looks for credentials. */
export type KubeletPlace = {
  rootDir: string;
  workingDir: string;
  home: string;
  /** Its configuration file: as it was started with, else where kubeadm and most put it. */
  configFile: string;
  /** Of its credential provider plugins, null where it was started without. */
  providerConfig: string | null;
  providerBinDir: string | null;
  /** Its environment, which its plugins get. May hold secrets: never to be shown. */
  environment: Readonly<Record<string, string>>;
};

/** Where no kubelet can be looked at: systemd starts it in `/`, and most people who log a node in do so as root. */
const usual: KubeletPlace = {
  ...{ rootDir: '/var/lib/kubelet', workingDir: '/', home: '/root', configFile: '/var/lib/kubelet/config.yaml' },
  ...{ providerConfig: null, providerBinDir: null, environment: {} },
};

const flagOf = (args: readonly string[], name: string): string | null => {
  for (const [at, arg] of args.entries()) {
    if (arg.startsWith(`--${name}=`)) return arg.slice(name.length + 3);
    if (arg === `--${name}`) return args[at + 1] ?? null;
  }
  return null;
};

const isNumber = (text: string): boolean => /^[0-9]+$/.test(text);

/** The kubelet as it runs on this node, from /proc; what it usually is where there is none that may be looked at. */
export const findKubelet = async (hostRoot: string): Promise<KubeletPlace> => {
  const text = async (path: string): Promise<string> => {
    const read = await readHostText(hostRoot, path, limits.environBytes);
    return read.ok ? read.text : '';
  };
  const entries = await readdir(join(hostRoot, 'proc')).catch((): string[] => []);
  for (const pid of entries.filter(isNumber)) {
    if ((await text(`/proc/${pid}/comm`)).trim() !== 'kubelet') continue;
    const args = (await text(`/proc/${pid}/cmdline`)).split('\0');
    const environ = await text(`/proc/${pid}/environ`);
    const environment = environ === '' ? {} : parseEnviron(environ);
    return {
      rootDir: flagOf(args, 'root-dir') ?? usual.rootDir,
      workingDir: await readlink(join(hostRoot, 'proc', pid, 'cwd')).catch(() => usual.workingDir),
      // systemd gives a service of root no HOME; then the kubelet's own is its working directory.
      home: environ === '' ? usual.home : (environment['HOME'] ?? ''),
      configFile: flagOf(args, 'config') ?? usual.configFile,
      providerConfig: flagOf(args, 'image-credential-provider-config'),
      providerBinDir: flagOf(args, 'image-credential-provider-bin-dir'),
      environment,
    };
  }
  return usual;
};
