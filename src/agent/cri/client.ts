import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { limits } from '../../model/limits.ts';
import type { RuntimeVersion } from '../../model/report.ts';

/** What came of a CRI call: its answer, or the gRPC status code and the runtime's words. */
export type CriResult<Value> = { ok: true; value: Value } | { ok: false; code: CriCode; details: string };

/** gRPC status codes by name; the kubelet prints them so. */
export type CriCode = keyof typeof grpc.status;

/** Credentials for one pull (AuthConfig). A secret. */
export type CriAuth = { username: string; password: string };

type VersionResponse = { runtimeName: string; runtimeVersion: string; runtimeApiVersion: string };
type RuntimeCondition = { type: string; status: boolean; reason: string; message: string };
type StatusResponse = { status: { conditions: RuntimeCondition[] } | null; info: Record<string, string> };
type Image = { id: string; repoTags: string[]; repoDigests: string[]; size: string; pinned: boolean };
type FilesystemUsage = { fsId: { mountpoint: string } | null; usedBytes: { value: string } | null };

const protoFile = 'proto/runtime/v1/api.proto';

/** The description lies at the project's root; the bundle is one directory below it, the source some more. */
const protoPath = (): string => {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, protoFile)) && directory !== dirname(directory)) directory = dirname(directory);
  return join(directory, protoFile);
};

const packages = ['runtime.v1', 'runtime.v1alpha2'] as const;
type ApiPackage = (typeof packages)[number];

const channelOptions: grpc.ChannelOptions = {
  'grpc.max_receive_message_length': limits.criMessageBytes,
  'grpc.initial_reconnect_backoff_ms': limits.criReconnectFirstMs,
  'grpc.max_reconnect_backoff_ms': limits.criReconnectMaxMs,
  // A proxy in the environment is for registries, never for a socket on this node.
  'grpc.enable_http_proxy': 0,
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * The container runtime over its CRI socket. Errors come back as values. containerd 2 serves runtime.v1 only, some older
 * runtimes v1alpha2 only; for what is used here both are the same but for the package in the method's path.
 * No keepalive: without an enforcement policy at the server, pings lead to GOAWAY too_many_pings.
 */
export class CriClient {
  private readonly client: grpc.Client;
  private readonly methods: Map<string, grpc.MethodDefinition<object, object>>;
  private apiPackage: ApiPackage = 'runtime.v1';
  private closed = false;

  /** `target` as gRPC names it: `unix:///run/containerd/containerd.sock`. */
  constructor(target: string) {
    this.client = new grpc.Client(target, grpc.credentials.createInsecure(), channelOptions);
    this.methods = new Map();
    const definitions = loadSync(protoPath(), { longs: String, defaults: true, arrays: true, objects: true });
    for (const service of ['RuntimeService', 'ImageService']) {
      const definition = definitions[`runtime.v1.${service}`] as grpc.ServiceDefinition;
      for (const [name, method] of Object.entries(definition))
        this.methods.set(name, method as grpc.MethodDefinition<object, object>);
    }
  }

  /** The runtime's name and version; it also finds out which version of CRI the runtime speaks. */
  async version(signal: AbortSignal): Promise<CriResult<RuntimeVersion>> {
    let result: CriResult<VersionResponse> = { ok: false, code: 'UNIMPLEMENTED', details: '' };
    for (const name of packages) {
      this.apiPackage = name;
      result = await this.call<VersionResponse>('Version', { version: 'v1' }, signal);
      if (result.ok || result.code !== 'UNIMPLEMENTED') break;
    }
    if (!result.ok) return result;
    const { runtimeName, runtimeVersion, runtimeApiVersion } = result.value;
    return { ok: true, value: { name: runtimeName, version: runtimeVersion, apiVersion: runtimeApiVersion } };
  }

  /** The runtime's own conditions (RuntimeReady, NetworkReady), and with `verbose` its configuration as JSON texts. */
  status(verbose: boolean, signal: AbortSignal): Promise<CriResult<StatusResponse>> {
    return this.call('Status', { verbose }, signal);
  }

  /** The image as the runtime has it; null where it has none by that name, which is no error (CRI). */
  async imageStatus(image: string, signal: AbortSignal): Promise<CriResult<Image | null>> {
    const result = await this.call<{ image: Image | null }>('ImageStatus', { image: { image } }, signal);
    return result.ok ? { ok: true, value: result.value.image } : result;
  }

  async listImages(signal: AbortSignal): Promise<CriResult<Image[]>> {
    const result = await this.call<{ images: Image[] }>('ListImages', {}, signal);
    return result.ok ? { ok: true, value: result.value.images } : result;
  }

  async imageFsInfo(signal: AbortSignal): Promise<CriResult<FilesystemUsage[]>> {
    const result = await this.call<{ imageFilesystems: FilesystemUsage[] }>('ImageFsInfo', {}, signal);
    return result.ok ? { ok: true, value: result.value.imageFilesystems } : result;
  }

  /**
   * Pulls without credentials, or with those given; the result is the image's id. It takes as long as the signal lets it, as at
   * the kubelet.
   */
  async pullImage(image: string, signal: AbortSignal, auth: CriAuth | null = null): Promise<CriResult<string>> {
    const request = { image: { image }, ...(auth === null ? {} : { auth }) };
    const result = await this.call<{ imageRef: string }>('PullImage', request, signal, null);
    return result.ok ? { ok: true, value: result.value.imageRef } : result;
  }

  close(): void {
    this.closed = true;
    this.client.close();
  }

  private call<Value extends object>(
    name: string,
    request: object,
    signal: AbortSignal,
    limitMs: number | null = limits.criCallMs,
  ): Promise<CriResult<Value>> {
    const method = this.methods.get(name);
    if (!method || this.closed || signal.aborted)
      return Promise.resolve({ ok: false, code: 'CANCELLED', details: 'the client is closed' });
    const path = method.path.replace('/runtime.v1.', `/${this.apiPackage}.`);
    const options: grpc.CallOptions = limitMs === null ? {} : { deadline: Date.now() + limitMs };
    return new Promise(resolve => {
      const call = this.client.makeUnaryRequest(
        path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        options,
        (error, value) => {
          signal.removeEventListener('abort', cancel);
          if (error) resolve({ ok: false, code: grpc.status[error.code] as CriCode, details: error.details });
          else if (isObject(value)) resolve({ ok: true, value: value as Value });
          else resolve({ ok: false, code: 'INTERNAL', details: `empty answer to ${name}` });
        },
      );
      const cancel = (): void => call.cancel();
      signal.addEventListener('abort', cancel);
    });
  }
}
