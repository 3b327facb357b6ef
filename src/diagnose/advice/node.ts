import type { Advice } from '../advice.ts';
import { sh } from '../shell.ts';
import { pull, pullAnew, restart, runtimeOf } from './steps.ts';

/** Causes on the node itself. */
export const nodeAdvice = {
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
      { say: 'Remove images that no container uses.', run: runtimeOf(n).prune },
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
        run: `dmesg -T | grep -iE 'i/o error|remount|ext4|xfs|nvme' | tail -20; ${sh`findmnt -T ${runtimeOf(n).store}`}`,
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
        run: pullAnew(n),
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
        run: sh`cat /etc/subuid /etc/subgid; findmnt -T ${runtimeOf(n).store}`,
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
        say: `On node ${n.node}: is ${n.runtime === 'containerd' ? 'the plugin' : 'the storage driver'} there and well?`,
        run: runtimeOf(n).storage,
      },
    ],
    fix: n => [
      {
        say: 'Drop the half-made image and pull again.',
        run: pullAnew(n),
      },
      ...(n.runtime === 'containerd'
        ? [{ say: "Start the plugin's service where it is one of its own (stargz, nydus, soci)." }]
        : []),
      ...restart(n),
    ],
  },
  'runtime-unavailable': {
    title: n => `the container runtime of node ${n.node} does not answer`,
    means:
      'The CRI socket is missing, refuses, or speaks another version: the runtime is down, or its CRI plugin is switched off or failed to load.',
    confirm: n => [
      {
        say: `On node ${n.node}: does it run${runtimeOf(n).tool === 'crictl' ? ', and is CRI loaded' : ''}?`,
        run: runtimeOf(n).status,
      },
      { say: 'Why did it stop?', run: `journalctl ${runtimeOf(n).log} --since=-1h -p warning` },
    ],
    fix: n => [
      {
        say: `Correct what the log names (${runtimeOf(n).config}, a full disk), then start it.`,
        run: sh`systemctl restart ${runtimeOf(n).unit}`,
      },
      ...restart(n).slice(1),
    ],
  },
  'pull-cancelled': {
    title: n => `the pull of ${n.image} was given up before it was done`,
    means:
      'The runtime or the kubelet cancelled it: no progress for minutes, a restart, or a deadline. A slow network or disk, or a very big image.',
    confirm: n => [
      { say: `On node ${n.node}: how far does it get, how fast?`, run: sh`time ${runtimeOf(n).tool} pull ${n.image}` },
    ],
    fix: n => [
      {
        say: `Look for a slow link, proxy or disk; ${runtimeOf(n).patience}make the image smaller.`,
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
