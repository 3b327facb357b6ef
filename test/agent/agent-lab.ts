import { join } from 'node:path';
import type { AgentOptions } from '../../src/agent/options.ts';
import { startLab, type Lab, type LabOptions } from '../lab/lab.ts';
import { optionsOf, temporaryDirectory } from './fixture.ts';

/** A lab, and the options of agents on its node. */
export type AgentLab = {
  lab: Lab;
  /** Of an agent that reports to this server and keeps its data under this name, with further options. */
  options: (server: string, name: string, ...argv: string[]) => AgentOptions;
};

/** Starts a lab for agents, with a directory for what they keep; both go with the test. */
export const startAgentLab = async (
  owner: { teardown: (run: () => Promise<void>) => void },
  how: LabOptions = {},
): Promise<AgentLab> => {
  const lab = await startLab(how);
  const { path, remove } = await temporaryDirectory();
  owner.teardown(async () => {
    await lab.stop();
    await remove();
  });
  const { journald, containerd, namespace } = lab.box;
  const options = (server: string, name: string, ...argv: string[]): AgentOptions =>
    optionsOf([
      ...[`--aggregator-url=${server}`, '--listen=127.0.0.1:0', `--data-dir=${join(path, name)}`, '--node-name=n1'],
      ...[`--journal-dir=${journald.directory}`, ...journald.units.map(unit => `--journal-unit=${unit}`)],
      ...[`--cri-socket=unix://${containerd.socket}`, `--host-root=${namespace.path('')}`, ...argv],
    ]);
  return { lab, options };
};
