/** The part of a pod's manifest that says how its one container runs. */
export type PodSpec = {
  hostNetwork?: boolean;
  containers: {
    /** Instead of the image's entry point. */
    command?: string[];
    args: string[];
    env?: { name: string; value?: string }[];
    securityContext: { runAsUser?: number; runAsGroup?: number; readOnlyRootFilesystem: boolean };
    volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
  }[];
  securityContext?: { runAsUser?: number; runAsGroup?: number };
  volumes: { name: string }[];
};

/** What the image itself says: `buildah inspect`. */
export type ImageConfig = { Env: string[]; Entrypoint: string[] };

/** What the cluster would bring: a folder for each volume, and the environment the kubelet adds. */
export type Surroundings = {
  rootfs: string;
  volumes: Record<string, string>;
  env: Record<string, string>;
  /** The folder of the pod's account, where it has one. */
  account?: string;
};

const accountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

const expand = (text: string, env: Record<string, string>): string =>
  text.replace(/\$\((\w+)\)/g, (whole, name: string) => env[name] ?? whole);

const fixedMounts = [
  { destination: '/proc', type: 'proc', source: 'proc' },
  { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
  { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'noexec', 'nodev', 'mode=1777'] },
];

/**
 * The OCI runtime configuration (runtime-spec 1.0) that a runtime makes of a pod's container: the manifest's user, arguments,
 * mounts and read-only root; no capability; the host's network, as `hostNetwork` has it.
 */
export const ociConfig = (pod: PodSpec, image: ImageConfig, around: Surroundings): Record<string, unknown> => {
  const [container] = pod.containers;
  if (!container) throw new Error('a pod without a container');
  const context = { ...pod.securityContext, ...container.securityContext };
  const none: string[] = [];
  const account = around.account === undefined ? [] : [{ name: 'account', mountPath: accountPath, readOnly: true }];
  const sources: Record<string, string | undefined> = { ...around.volumes, account: around.account };
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: context.runAsUser ?? 0, gid: context.runAsGroup ?? 0 },
      args: [...(container.command ?? image.Entrypoint), ...container.args.map(arg => expand(arg, around.env))],
      env: [...image.Env, ...Object.entries(around.env).map(([name, value]) => `${name}=${value}`)],
      cwd: '/',
      capabilities: { bounding: none, effective: none, inheritable: none, permitted: none, ambient: none },
      noNewPrivileges: true,
    },
    root: { path: around.rootfs, readonly: context.readOnlyRootFilesystem },
    mounts: [
      ...fixedMounts,
      ...[...container.volumeMounts, ...account].map(mount => ({
        destination: mount.mountPath,
        type: 'bind',
        source: sources[mount.name],
        options: ['rbind', mount.readOnly === true ? 'ro' : 'rw'],
      })),
    ],
    linux: { namespaces: [{ type: 'pid' }, { type: 'ipc' }, { type: 'uts' }, { type: 'mount' }] },
  };
};
