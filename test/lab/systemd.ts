import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journald } from './journald.ts';
import type { Namespace } from './namespace.ts';
import { run, startDaemon } from './process.ts';
import type { Daemon } from './process.ts';

/** Whether systemd is init here: then its journald is used, and none of our own is started beside it. */
export const systemdIsInit = (): boolean => existsSync('/run/systemd/system');

/** Every unit of a lab begins with this, so that none is ever one of the machine's. */
const unitPrefix = (id: string): string => `pullpath-demo-${id}-`;

/**
 * The machine's own journald, written to by transient units with names of our own (`pullpath-demo-…-kubelet.service`).
 * The units run inside the lab's namespace.
 */
export const useRunningJournald = async (namespace: Namespace, id: string): Promise<Journald> => {
  const machineId = (await readFile('/etc/machine-id', 'utf8')).trim();
  const places = ['/var/log/journal', '/run/log/journal'].map(place => join(place, machineId));
  const unitOf = (service: string): string => `${unitPrefix(id)}${service}.service`;

  const start = (service: string, command: readonly string[]): Daemon => {
    const unit = [`--unit=${unitOf(service)}`, '--property', `SyslogIdentifier=${service}`];
    const client = ['systemd-run', '--quiet', '--collect', '--wait', ...unit, '--'];
    const daemon = startDaemon([...client, ...namespace.enter(command)]);
    return {
      ...daemon,
      async stop() {
        // Stopping a unit that has ended is no error; one that was never there cannot be stopped, and need not.
        await run(['systemctl', 'stop', unitOf(service)]).catch(() => undefined);
        await daemon.stop();
      },
    };
  };
  return {
    directory: places.find(place => existsSync(place)) ?? '/run/log/journal',
    units: [unitOf('kubelet'), unitOf('containerd')],
    start: (service, command) => Promise.resolve(start(service, command)),
    async write(service, lines) {
      const file = join(namespace.dir, `${service}.lines`);
      await writeFile(file, lines.map(line => `${line}\n`).join(''));
      const unit = [`--unit=${unitOf(service)}`, '--property', `SyslogIdentifier=${service}`];
      await run(['systemd-run', '--quiet', '--collect', '--wait', ...unit, '--', 'cat', file]);
      await run(['journalctl', '--sync']).catch(() => undefined);
    },
    journalctl: (...args) => run(['journalctl', ...args]),
    stop: () => Promise.resolve(),
  };
};

/** Stops the units that a lab left whose process was killed. */
export const stopLeftUnits = async (id: string): Promise<void> => {
  if (systemdIsInit()) await run(['systemctl', 'stop', `${unitPrefix(id)}*`]).catch(() => undefined);
};
