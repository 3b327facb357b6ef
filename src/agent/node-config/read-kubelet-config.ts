import { join } from 'node:path';
import { limits } from '../../model/limits.ts';
import { parseKubeletConfig, type KubeletConfig } from '../../parse/kubelet-config.ts';
import { readKubeletPlace } from '../credentials/kubelet-place.ts';
import { readHostText } from './host-file.ts';
import { findProcesses } from './processes.ts';

/** The kubelet's configuration file as far as it can be read; what cannot be is not said. */
export const readKubeletConfig = async (hostRoot: string): Promise<KubeletConfig> => {
  const { configFile, workingDir } = await readKubeletPlace(hostRoot, findProcesses(hostRoot, '').kubelet);
  const path = configFile.startsWith('/') ? configFile : join('/', workingDir, configFile);
  const read = await readHostText(hostRoot, path, limits.unitFileBytes);
  return parseKubeletConfig(read.ok ? read.text : '');
};
