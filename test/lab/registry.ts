import { request } from 'node:https';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackedProgram } from './containerd.ts';
import type { Manifest } from './image.ts';
import { startDaemon, startReady } from './process.ts';
import type { Daemon } from './process.ts';
import type { KeyPair } from './tls.ts';

export type RegistryOptions = {
  dir: string;
  name: string;
  listen: string;
  port: number;
  tls: KeyPair;
  /** PEM that signs its certificate. */
  ca: string;
  /** One `user:bcrypt` line, where a password is asked for. */
  htpasswd?: string;
};

export type Registry = {
  readonly daemon: Daemon;
  /** Uploads an image under `repository:tag`, as `docker push` does. */
  push(repository: string, tag: string, manifest: Manifest): Promise<void>;
};

type Answer = { status: number; location: string };

/** Starts docker-registry. All registries of one folder serve the same images. */
export const startRegistry = async (options: RegistryOptions): Promise<Registry> => {
  const { dir, name, listen, port } = options;
  const passwords = join(dir, `${name}.htpasswd`);
  if (options.htpasswd !== undefined) await writeFile(passwords, `${options.htpasswd}\n`);
  const config = {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(dir, 'images') } },
    http: { addr: `${listen}:${port}`, tls: { certificate: options.tls.certFile, key: options.tls.keyFile } },
    ...(options.htpasswd === undefined ? {} : { auth: { htpasswd: { realm: 'lab', path: passwords } } }),
  };
  const file = join(dir, `${name}.yml`);
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config));
  const program = [unpackedProgram('registry', 'docker-registry'), 'serve', file];

  const send = (method: string, path: string, body?: Buffer, type = 'application/octet-stream'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const headers = { host: `${name}:${port}`, 'content-type': type, 'content-length': body?.length ?? 0 };
      const to = { host: listen, port, path, method, headers, servername: name, ca: options.ca, agent: false };
      const sent = request(to, answer => {
        answer
          .resume()
          .on('end', () => resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? '' }));
      });
      sent.on('error', reject).end(body);
    });
  const must = async (want: number, answer: Promise<Answer>): Promise<Answer> => {
    const got = await answer;
    if (got.status !== want) throw new Error(`docker-registry ${name} answered ${got.status} instead of ${want}`);
    return got;
  };
  const up = (): Promise<boolean> =>
    send('GET', '/v2/').then(
      ({ status }) => status === 200 || status === 401,
      () => false,
    );
  const daemon = await startReady(`docker-registry ${name}`, () => startDaemon(program), up);

  return {
    daemon,
    async push(repository, tag, manifest) {
      for (const { digest, bytes } of manifest.blobs) {
        const begun = await must(202, send('POST', `/v2/${repository}/blobs/uploads/`));
        const to = new URL(begun.location);
        to.searchParams.set('digest', digest);
        await must(201, send('PUT', `${to.pathname}${to.search}`, bytes));
      }
      const path = `/v2/${repository}/manifests/${tag}`;
      await must(201, send('PUT', path, manifest.bytes, manifest.mediaType));
    },
  };
};
