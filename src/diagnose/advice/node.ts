import type { Advice } from '../advice.ts';
import { sh } from '../shell.ts';
import { pull, restart } from './steps.ts';

/** Causes on the node itself. */
export const nodeAdvice = {
  'hosts-config-invalid': {
    title: n => `the runtime's registry settings for ${n.registry} on node ${n.node} are broken`,
    means:
      'hosts.toml, config.toml, registries.conf or a CA or key file cannot be read, or contradict each other. containerd ignores a hosts.toml that does not parse, and fails every pull when a file that it names is missing.',
    confirm: n => [
      {
        say: `On node ${n.node}: look at the files and at what the runtime says of them.`,
        run: `${sh`ls -lR ${n.certs}; cat ${`${n.certs}/hosts.toml`}`}; journalctl -u containerd -g 'hosts.toml|invalid plugin config|invalid cri image config' --since=-1d`,
      },
      { say: 'Is certs.d used at all?', run: 'containerd config dump | grep -n config_path' },
    ],
    fix: n => [
      {
        say: 'Correct or remove the file that the error names; compare with a node that works. k3s and RKE2 make these files from registries.yaml. Only config.toml needs a restart of containerd.',
      },
      pull(n),
      ...restart(n),
    ],
  },
  'disk-full': {
    title: n => `node ${n.node} has no space left for images`,
    means: 'The file system that holds the images is full (or out of inodes).',
    confirm: n => [
      {
        say: `On node ${n.node}: space and inodes.`,
        run: 'df -h /var/lib/containerd /var/lib/containers /var/lib/docker 2>/dev/null; df -i /var/lib/containerd /var/lib/containers /var/lib/docker 2>/dev/null',
      },
    ],
    fix: n => [
      { say: 'Remove images that no container uses.', run: 'crictl rmi --prune' },
      {
        say: 'Look for logs and volumes that grew, or give the file system more room.',
        run: 'du -xh --max-depth=2 /var/lib /var/log | sort -h | tail -20',
      },
      ...restart(n),
    ],
  },
  'disk-io': {
    title: n => `the disk of node ${n.node} fails or is read-only`,
    means: 'The kernel returned an input/output error or has made the file system read-only.',
    confirm: n => [
      {
        say: `On node ${n.node}: what does the kernel say?`,
        run: "dmesg -T | grep -iE 'i/o error|remount|ext4|xfs|nvme' | tail -20; findmnt -T /var/lib/containerd",
      },
    ],
    fix: n => [
      {
        say: 'Take the node out of service and replace the disk or the node.',
        run: sh`kubectl drain ${n.node} --ignore-daemonsets --delete-emptydir-data`,
      },
      ...restart(n).slice(1),
    ],
  },
  'content-corrupt': {
    title: n => `what was downloaded for ${n.image} is damaged`,
    means:
      'Size or digest of a layer is not what the manifest says, or it cannot be unpacked: a proxy or mirror that changes or cuts content, a broken push, or a damaged content store on the node.',
    confirm: n => [
      pull(n),
      {
        say: 'Does another node get it whole? If so, it is this node or its proxy.',
        run: sh`kubectl get pods -A -o wide --field-selector=spec.nodeName!=${n.node}`,
      },
    ],
    fix: n => [
      {
        say: `On node ${n.node}: drop what is there and pull again.`,
        run: `${sh`crictl rmi ${n.image}`}; ${sh`crictl pull ${n.image}`}`,
      },
      { say: 'If it comes again: leave out the mirror or proxy, or push the image anew.' },
      ...restart(n),
    ],
  },
  'user-or-id-mapping': {
    title: n => `node ${n.node} may not set the owners or attributes in ${n.image}`,
    means:
      'Unpacking wants a user id, an extended attribute or a device that this runtime may not make: too few subordinate ids, a rootless runtime, or a file system without support.',
    confirm: n => [
      {
        say: `On node ${n.node}: which ids, which file system?`,
        run: 'cat /etc/subuid /etc/subgid; findmnt -T /var/lib/containerd',
      },
    ],
    fix: n => [
      {
        say: 'Give the runtime user more subordinate ids (65,536 at least), or build the image without such owners and attributes.',
        run: 'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER',
      },
      ...restart(n),
    ],
  },
  snapshotter: {
    title: n => `the snapshotter of node ${n.node} fails`,
    means:
      "The runtime's own store of unpacked layers is incomplete, or its snapshotter plugin (overlayfs, stargz, nydus) does not work.",
    confirm: n => [
      {
        say: `On node ${n.node}: is the plugin there and well?`,
        run: 'ctr plugins ls | grep snapshotter; journalctl -u containerd -g snapshot --since=-1h',
      },
    ],
    fix: n => [
      {
        say: 'Drop the half-made image and pull again.',
        run: `${sh`crictl rmi ${n.image}`}; ${sh`crictl pull ${n.image}`}`,
      },
      { say: "Start the plugin's service where it is one of its own (stargz, nydus, soci)." },
      ...restart(n),
    ],
  },
  'runtime-unavailable': {
    title: n => `the container runtime of node ${n.node} does not answer`,
    means:
      'The CRI socket is missing, refuses, or speaks another version: the runtime is down, or its CRI plugin is switched off or failed to load.',
    confirm: n => [
      {
        say: `On node ${n.node}: does it run, and is CRI loaded?`,
        run: 'systemctl status containerd crio --no-pager; crictl info >/dev/null && echo CRI answers; grep -n disabled_plugins /etc/containerd/config.toml',
      },
      { say: 'Why did it stop?', run: 'journalctl -u containerd -u crio --since=-1h -p warning' },
    ],
    fix: n => [
      {
        say: 'Correct what the log names (config.toml, a full disk), then start it.',
        run: 'systemctl restart containerd',
      },
      ...restart(n).slice(1),
    ],
  },
  'pull-cancelled': {
    title: n => `the pull of ${n.image} was given up before it was done`,
    means:
      'The runtime or the kubelet cancelled it: no progress for minutes, a restart, or a deadline. A slow network or disk, or a very big image.',
    confirm: n => [{ say: `On node ${n.node}: how far does it get, how fast?`, run: sh`time crictl pull ${n.image}` }],
    fix: n => [
      {
        say: 'Look for a slow link, proxy or disk; raise image_pull_progress_timeout in containerd; make the image smaller.',
      },
      ...restart(n),
    ],
  },
  'pull-qps-exceeded': {
    title: n => `the kubelet of node ${n.node} holds pulls back (registryPullQPS)`,
    means:
      "More pulls were asked for at once than the kubelet's own limit allows (5 a second, 10 in a burst). It heals with the next attempt.",
    confirm: n => [
      { say: 'What is the limit?', run: sh`kubectl get --raw ${`/api/v1/nodes/${n.node}/proxy/configz`}` },
    ],
    fix: n => [
      {
        say: 'Wait: the kubelet tries again. If it comes often, raise registryPullQPS and registryBurst in the kubelet configuration.',
      },
      ...restart(n).slice(1),
    ],
  },
} satisfies Record<string, Advice>;
