import type { FixStep } from '../../model/finding.ts';
import type { AdviceNames } from '../advice-names.ts';
import type { Advice } from '../advice.ts';
import type { Runtime } from '../runtime.ts';
import { sh } from '../shell.ts';
import { pull, restart } from './steps.ts';

/** What to look at in a runtime's settings for registries, and how it comes to read them anew. */
type Settings = { confirm: (names: AdviceNames) => FixStep[]; fix: (names: AdviceNames) => FixStep };

const look = (n: AdviceNames, run: string): FixStep => ({
  say: `On node ${n.node}: look at the files and at what the runtime says of them.`,
  run,
});

/** podman and CRI-O read the same files (containers/image). */
const containersFiles = (n: AdviceNames): string =>
  `cat /etc/containers/registries.conf /etc/containers/registries.conf.d/*.conf; ${sh`ls -lR ${n.certs}`}`;

const settings: Record<Runtime, Settings> = {
  containerd: {
    confirm: n => [
      look(
        n,
        `${sh`ls -lR ${n.certs}; cat ${`${n.certs}/hosts.toml`}`}; journalctl -u containerd -g 'hosts.toml|invalid plugin config|invalid cri image config' --since=-1d`,
      ),
      { say: 'Is certs.d used at all?', run: 'containerd config dump | grep -n config_path' },
    ],
    fix: () => ({
      say: 'Correct or remove the file that the error names; compare with a node that works. k3s and RKE2 make these files from registries.yaml. Only config.toml needs a restart of containerd.',
    }),
  },
  'cri-o': {
    confirm: n => [
      look(n, `${containersFiles(n)}; journalctl -u crio -g 'registries|certs.d|policy.json' --since=-1d`),
      { say: 'skopeo reads the same files: does it fail alike?', run: sh`skopeo inspect ${`docker://${n.image}`}` },
    ],
    fix: () => ({
      say: 'Correct or remove the file that the error names; compare with a node that works. certs.d is read at each pull; registries.conf and what stands beside it when CRI-O starts (running containers stay).',
      run: 'systemctl restart crio',
    }),
  },
  docker: {
    confirm: n => [
      look(
        n,
        `cat /etc/docker/daemon.json; ${sh`ls -lR ${n.certs}`}; journalctl -u docker -g 'certs.d|daemon.json' --since=-1d`,
      ),
      { say: 'Does daemon.json parse?', run: 'dockerd --validate --config-file=/etc/docker/daemon.json' },
    ],
    fix: () => ({
      say: 'Correct or remove the file that the error names; compare with a node that works. certs.d is read at each pull; daemon.json when docker starts (containers stop with it unless live-restore is set).',
      run: 'systemctl restart docker',
    }),
  },
  podman: {
    confirm: n => [
      look(n, containersFiles(n)),
      { say: 'skopeo reads the same files: does it fail alike?', run: sh`skopeo inspect ${`docker://${n.image}`}` },
    ],
    fix: () => ({
      say: 'Correct or remove the file that the error names (a user’s own are in ~/.config/containers); podman reads them at each pull.',
    }),
  },
};

/** How plain HTTP is allowed for one host, where it is to stay. */
const plain: Record<Runtime, (names: AdviceNames) => FixStep> = {
  containerd: n => ({
    say: 'Best: give the registry a certificate. For a registry that is to stay without, say so to containerd:',
    run: `${sh`mkdir -p ${n.certs} && printf 'server = "http://%s"\\n\\n[host."http://%s"]\\n  capabilities = ["pull", "resolve"]\\n' ${n.host} ${n.host}`} > ${sh`${`${n.certs}/hosts.toml`}`}`,
  }),
  'cri-o': n => ({
    say: 'Best: give the registry a certificate. For a registry that is to stay without, say so to CRI-O:',
    run: `${location(n)} && systemctl restart crio`,
  }),
  docker: n => ({
    say: 'Best: give the registry a certificate. For a registry that is to stay without, add it to insecure-registries in /etc/docker/daemon.json; then:',
    run: sh`systemctl reload docker; docker pull ${n.image}`,
  }),
  podman: n => ({
    say: 'Best: give the registry a certificate. For a registry that is to stay without, say so to podman:',
    run: location(n),
  }),
};

const location = (n: AdviceNames): string =>
  `${sh`printf '[[registry]]\\nlocation = "%s"\\ninsecure = true\\n' ${n.host}`} > ${sh`${`/etc/containers/registries.conf.d/50-${n.host}.conf`}`}`;

/** Where a mirror is set, and how to take it out. */
const mirrors: Record<Runtime, { run: (names: AdviceNames) => string; say: string }> = {
  containerd: {
    run: n => sh`cat ${`${n.certs}/hosts.toml`}`,
    say: 'take it out of hosts.toml (k3s and RKE2: registries.yaml). containerd reads hosts.toml at each pull: no restart.',
  },
  'cri-o': {
    run: () => "grep -rnE -A8 '^\\[\\[registry' /etc/containers/registries.conf /etc/containers/registries.conf.d",
    say: 'take its [[registry.mirror]] out of registries.conf; then systemctl restart crio (running containers stay).',
  },
  docker: {
    run: () => 'docker info | grep -A3 -i mirrors; grep -n registry-mirrors /etc/docker/daemon.json',
    say: 'take it out of registry-mirrors in /etc/docker/daemon.json; then systemctl reload docker.',
  },
  podman: {
    run: () => "grep -rnE -A8 '^\\[\\[registry' /etc/containers/registries.conf /etc/containers/registries.conf.d",
    say: 'take its [[registry.mirror]] out of registries.conf; podman reads it at each pull.',
  },
};

/** Which mirrors are set for a registry. */
export const showMirrors = (n: AdviceNames): FixStep => ({
  say: `On node ${n.node}: which mirrors are set for ${n.registry}?`,
  run: mirrors[n.runtime].run(n),
});

export const dropMirror = (n: AdviceNames): FixStep => ({
  say: `Repair the mirror ${n.host}, or ${mirrors[n.runtime].say}`,
});

export const allowPlain = (n: AdviceNames): FixStep => plain[n.runtime](n);

/** Causes in the runtime's own settings. */
export const configAdvice = {
  'hosts-config-invalid': {
    title: n => `the runtime's registry settings for ${n.registry} on node ${n.node} are broken`,
    means:
      'hosts.toml, config.toml, registries.conf or a CA or key file cannot be read, or contradict each other. containerd ignores a hosts.toml that does not parse, and fails every pull when a file that it names is missing.',
    confirm: n => settings[n.runtime].confirm(n),
    fix: n => [settings[n.runtime].fix(n), pull(n), ...restart(n)],
  },
} satisfies Record<string, Advice>;
