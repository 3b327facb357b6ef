// A program of its own: it prints what machine this is as one line of JSON and ends. systeminformation runs a dozen commands
// and would stay in the agent's memory (12 MB) for facts that are asked for once.
import { cpu, mem, osInfo, system } from 'systeminformation';
import type { HostFacts } from '../model/report.ts';

const text = (...parts: string[]): string =>
  parts
    .map(part => part.replaceAll(/[^ -~]/g, '').trim())
    .filter(part => part !== '' && part !== '-')
    .join(' ')
    .slice(0, 128);

const [machine, processor, memory, os] = await Promise.all([system(), cpu(), mem(), osInfo()]);
const facts: HostFacts = {
  os: text(os.distro, os.release),
  kernel: text(os.kernel),
  arch: text(os.arch),
  machine: text(machine.manufacturer, machine.model),
  processor: text(processor.manufacturer, processor.brand),
  cpus: processor.cores,
  memoryBytes: memory.total,
};
process.stdout.write(`${JSON.stringify(facts)}\n`);
