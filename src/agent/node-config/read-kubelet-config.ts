import { join } from 'node:path';
import { limits } from '../../model/limits.ts';
import { parseKubeletConfig, strictestOf, type KubeletConfig } from '../../parse/kubelet-config.ts';
import { readKubeletPlace } from '../credentials/kubelet-place.ts';
import { readHostText } from './host-file.ts';
import { findProcesses } from './processes.ts';

/** Where it lies mostly: of kubeadm and many others, of EKS (Amazon Linux 2023 and 2), of AKS. */
const usualFiles = [
  '/var/lib/kubelet/config.yaml',
  '/etc/kubernetes/kubelet/config.json',
  '/etc/kubernetes/kubelet/kubelet-config.json',
  '/etc/default/kubeletconfig.json',
];

/**
 * The kubelet's configuration file as far as it can be read; what cannot be is not said. In a container no process of the host
 * tells which file it is: then the strictest of those that lie where they mostly do.
 */
export const readKubeletConfig = async (hostRoot: string): Promise<KubeletConfig> => {
  const read = async (path: string): Promise<KubeletConfig> => {
    const found = await readHostText(hostRoot, path, limits.unitFileBytes);
    return parseKubeletConfig(found.ok ? found.text : '');
  };
  const { kubelet } = findProcesses(hostRoot, '');
  if (kubelet === null) return strictestOf(await Promise.all(usualFiles.map(read)));
  const { configFile, workingDir } = await readKubeletPlace(hostRoot, kubelet);
  return read(configFile.startsWith('/') ? configFile : join('/', workingDir, configFile));
};
