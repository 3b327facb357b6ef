import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from '../house/source-tree.ts';
import { run } from '../lab/process.ts';
import type { ImageConfig } from './oci-config.ts';

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pullpath-lab/image');
const buildah = (...args: string[]): Promise<string> =>
  run(['buildah', '--root', `${cache}/store`, '--runroot', `${cache}/run`, '--storage-driver', 'vfs', ...args]);

/** The built image: its configuration, and its file system mounted for a runtime. */
export type Image = { config: ImageConfig; rootfs: string; remove(): Promise<void> };

/** Builds the Dockerfile from the files that git has, as a clean clone would hold them. */
export const buildImage = async (scratch: string): Promise<Image> => {
  const context = join(scratch, 'context');
  await run(['mkdir', '-p', context]);
  await run(['sh', '-c', 'git -C "$1" archive HEAD | tar -x -C "$2"', 'sh', root, context]);
  const tag = 'pullpath:under-test';
  await buildah('bud', '--isolation', 'chroot', '--pull-never', '--quiet', '--tag', tag, context);
  const inspected = JSON.parse(await buildah('inspect', '--type', 'image', tag)) as { OCIv1: { config: ImageConfig } };
  const container = (await buildah('from', '--pull-never', tag)).trim();
  const rootfs = (await buildah('mount', container)).trim();
  return {
    config: inspected.OCIv1.config,
    rootfs,
    async remove() {
      await buildah('umount', container);
      await buildah('rm', container);
      await buildah('rmi', tag);
      await rm(context, { recursive: true, force: true });
    },
  };
};
