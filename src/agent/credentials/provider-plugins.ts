import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Recent } from '../../diagnose/recent.ts';
import { limits } from '../../model/limits.ts';
import {
  parseProviderAnswer,
  pluginIsFor,
  providerRequest,
  readProviderConfig,
  type ProviderPlugin,
} from '../../parse/credential-provider.ts';
import type { DockerAuth } from '../../parse/docker-config.ts';
import { hostPath, readHostText } from '../node-config/host-file.ts';

/** Where the plugins are, and what they are started with. */
export type PluginPlace = {
  hostRoot: string;
  config: string;
  binDir: string;
  /** The kubelet's. */
  environment: Readonly<Record<string, string>>;
};

/** What the plugins give for one image: secrets, and which plugins failed in words without them. */
export type PluginCredentials = { found: { plugin: string; auths: DockerAuth[] }[]; faults: string[] };

/** Answers of plugins, for as long as they say; it outlives one look at the node. */
export type KeptAnswers = Recent<{ until: number; auths: DockerAuth[] }>;

type Ran = { ok: true; stdout: string } | { ok: false; why: string };

/** Runs a program without a shell; what it says on its error output is not kept, it may hold secrets. */
const run = async (
  file: string,
  { args, env, input }: { args: string[]; env: Record<string, string>; input: string },
  signal: AbortSignal,
): Promise<Ran> => {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(limits.credentialPluginMs)]);
  if (deadline.aborted) return { ok: false, why: 'the walk ended' };
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'ignore'], signal: deadline, killSignal: 'SIGKILL' });
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (ran: Ran): void => {
      child.kill('SIGKILL');
      // A child of the plugin may hold the pipe open.
      child.stdout.destroy();
      child.stdin.destroy();
      resolve(ran);
    };
    child.on('error', error => {
      const { code = 'EIO' } = error as NodeJS.ErrnoException;
      end({ ok: false, why: deadline.aborted ? 'no answer in time' : `cannot be run (${code})` });
    });
    child.stdin.on('error', () => undefined).end(input);
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limits.credentialPluginBytes) end({ ok: false, why: 'prints more than an answer' });
    });
    child.on('close', (code, killed) => {
      const why = code === null ? `was ended by ${killed ?? 'a signal'}` : `ended with status ${code}`;
      end(code === 0 ? { ok: true, stdout: Buffer.concat(chunks).toString('utf8') } : { ok: false, why });
    });
  });
};

/** The kubelet's credential provider plugins, run as it runs them; answers are kept for as long as they say. */
export class ProviderPlugins {
  readonly place: PluginPlace;
  private readonly kept: KeptAnswers;

  constructor(place: PluginPlace, kept: KeptAnswers) {
    this.place = place;
    this.kept = kept;
  }

  /** The credentials for an image, without its tag, or for a registry host alone. Resolves for every fault of a plugin. */
  async ask(image: string, signal: AbortSignal): Promise<PluginCredentials> {
    const given: PluginCredentials = { found: [], faults: [] };
    const plugins = await this.configured();
    if (plugins === null) given.faults.push(`${this.place.config}: cannot be read as a CredentialProviderConfig`);
    for (const plugin of (plugins ?? []).filter(one => pluginIsFor(one, image))) {
      const auths = this.recall(plugin, image) ?? (await this.exec(plugin, image, signal));
      if (typeof auths === 'string') given.faults.push(`${plugin.name}: ${auths}`);
      else given.found.push({ plugin: plugin.name, auths });
    }
    return given;
  }

  private async configured(): Promise<ProviderPlugin[] | null> {
    const { hostRoot, config } = this.place;
    const read = await readHostText(hostRoot, config, limits.dockerConfigBytes);
    if (!read.ok) return null;
    try {
      return readProviderConfig(JSON.parse(read.text));
    } catch {
      // Loaded only where a file is no JSON: the agent's memory counts.
      const {
        default: { parse },
      } = await import('yaml');
      try {
        return readProviderConfig(parse(read.text));
      } catch {
        return null;
      }
    }
  }

  private async exec(plugin: ProviderPlugin, image: string, signal: AbortSignal): Promise<DockerAuth[] | string> {
    const { hostRoot, binDir, environment } = this.place;
    const { name, args, env } = plugin;
    const file = await hostPath(hostRoot, join(binDir, name)).catch(() => null);
    if (file === null) return `not in ${binDir}`;
    const all = { ...environment, ...Object.fromEntries(env.map(item => [item.name, item.value])) };
    const ran = await run(file, { args, env: all, input: providerRequest(plugin, image) }, signal);
    if (!ran.ok) return ran.why;
    const answer = parseProviderAnswer(ran.stdout, plugin);
    if (answer === null) return 'prints no CredentialProviderResponse of its apiVersion';
    const cacheMs = answer.cacheMs ?? plugin.defaultCacheMs;
    const { auths } = answer;
    const key = this.keyOf(plugin, image, answer.cacheKeyType);
    if (cacheMs > 0) this.kept.set(key, { until: performance.now() + cacheMs, auths });
    return auths;
  }

  private keyOf({ name }: ProviderPlugin, image: string, type: 'Image' | 'Registry' | 'Global'): string {
    const [registry = ''] = image.split('/');
    return JSON.stringify([name, type, { Image: image, Registry: registry, Global: '' }[type]]);
  }

  private recall(plugin: ProviderPlugin, image: string): DockerAuth[] | null {
    for (const type of ['Image', 'Registry', 'Global'] as const) {
      const known = this.kept.get(this.keyOf(plugin, image, type));
      if (known !== null && known.until > performance.now()) return known.auths;
    }
    return null;
  }
}
