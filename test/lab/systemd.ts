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

  const transient = (service: string, type: 'exec' | 'oneshot', command: readonly string[]): string[] => {
    const properties = [`Type=${type}`, `SyslogIdentifier=${service}`].map(property => `--property=${property}`);
    return ['systemd-run', '--quiet', '--collect', `--unit=${unitOf(service)}`, ...properties, '--', ...command];
  };
  /** `systemd-run --wait` would do, but it wants D-Bus, and a bare server may have none. */
  const untilItEnds = 'unit=$0; "$@" || exit 1; while systemctl --quiet is-active "$unit"; do sleep 0.5; done';

  const start = (service: string, command: readonly string[]): Daemon => {
    const program = transient(service, 'exec', namespace.enter(command));
    const daemon = startDaemon(['sh', '-c', untilItEnds, unitOf(service), ...program]);
    return {
      ...daemon,
      async stop() {
        // Fails for a unit that has ended: then there is nothing to stop.
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
      // The start of a oneshot unit is done when its process has ended.
      await run(transient(service, 'oneshot', ['cat', file]));
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
