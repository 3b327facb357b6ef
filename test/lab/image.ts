import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A content-addressed piece of an image. */
export type Blob = { digest: string; bytes: Buffer };

/** A manifest or index as a registry takes it, with the blobs that it needs there first. */
export type Manifest = { mediaType: string; bytes: Buffer; digest: string; blobs: Blob[] };

/** Platform in OCI words. */
export type Platform = { os: string; architecture: string };

const oci = 'application/vnd.oci.image';

const blob = (bytes: Buffer): Blob => ({ digest: digestOf(bytes), bytes });

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A tar archive (ustar) with one file. */
const tarOf = (name: string, content: Buffer): Buffer => {
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
};

/** The platform of this machine's containerd. */
export const hostPlatform = (): Platform => ({
  os: 'linux',
  architecture: ({ x64: 'amd64', arm64: 'arm64' } as Record<string, string>)[process.arch] ?? process.arch,
});

/** A real image of one layer that holds this file. */
export const buildImage = (file: string, content: string, platform: Platform = hostPlatform()): Manifest => {
  const tar = tarOf(file, Buffer.from(content));
  const layer = blob(gzipSync(tar));
  const config = blob(
    Buffer.from(
      JSON.stringify({
        ...platform,
        config: { Cmd: [`/${file}`] },
        rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
      }),
    ),
  );
  const part = (mediaType: string, of: Blob): object => ({ mediaType, digest: of.digest, size: of.bytes.length });
  const mediaType = `${oci}.manifest.v1+json`;
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: part(`${oci}.config.v1+json`, config),
      layers: [part(`${oci}.layer.v1.tar+gzip`, layer)],
    }),
  );
  return { mediaType, bytes, digest: digestOf(bytes), blobs: [config, layer] };
};

/** An index that lists one image for one platform. */
export const buildIndex = (image: Manifest, platform: Platform): Manifest => {
  const mediaType = `${oci}.index.v1+json`;
  const entry = { mediaType: image.mediaType, digest: image.digest, size: image.bytes.length, platform };
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: [entry] }));
  return { mediaType, bytes, digest: digestOf(bytes), blobs: [] };
};
