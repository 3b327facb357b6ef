import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../model/limits.ts';
import { flagOf, parseCommandLine } from '../../parse/command-line.ts';
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

/** The kubelet as this process of the host runs; what it usually is where there is none that may be looked at. */
export const readKubeletPlace = async (hostRoot: string, pid: number | null): Promise<KubeletPlace> => {
  if (pid === null) return usual;
  const text = async (name: string): Promise<string> => {
    const read = await readHostText(hostRoot, `/proc/${pid}/${name}`, limits.environBytes);
    return read.ok ? read.text : '';
  };
  const words = parseCommandLine(await text('cmdline'));
  const environ = await text('environ');
  const environment = environ === '' ? {} : parseEnviron(environ);
  return {
    rootDir: flagOf(words, '--root-dir') ?? usual.rootDir,
    workingDir: await readlink(join(hostRoot, 'proc', String(pid), 'cwd')).catch(() => usual.workingDir),
    // systemd gives a service of root no HOME; then the kubelet's own is its working directory.
    home: environ === '' ? usual.home : (environment['HOME'] ?? ''),
    configFile: flagOf(words, '--config') ?? usual.configFile,
    providerConfig: flagOf(words, '--image-credential-provider-config'),
    providerBinDir: flagOf(words, '--image-credential-provider-bin-dir'),
    environment,
  };
};
