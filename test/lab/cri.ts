import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { join } from 'node:path';

/** User and password for one pull. */
export type Auth = { username: string; password: string };

/** The runtime's error, with its code in Go's words. */
export class CriError extends Error {
  readonly codeName: string;
  constructor(codeName: string, message: string) {
    super(message);
    this.codeName = codeName;
  }
}

/** The image half of CRI v1, as the stand-in for the kubelet needs it. Calls have no deadline, as the kubelet's pull has none. */
export type Cri = {
  /** Whether the runtime has the image. */
  has(image: string): Promise<boolean>;
  pull(image: string, auth: Auth | null): Promise<void>;
  close(): void;
};

const codeNames = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

type Answer = { image?: { id?: string } | null };
type Method = (request: object, done: (error: ServiceError | null, answer?: Answer) => void) => void;
type ImageService = { ImageStatus: Method; PullImage: Method; close(): void };
type Loaded = { runtime: { v1: { ImageService: new (address: string, how: unknown) => ImageService } } };

/** Connects to a CRI socket; the connection is made with the first call. */
export const connectCri = (socket: string): Cri => {
  const definition = loadSync(join(import.meta.dirname, '../../proto/runtime/v1/api.proto'), { keepCase: true });
  const { runtime } = loadPackageDefinition(definition) as unknown as Loaded;
  const client = new runtime.v1.ImageService(`unix://${socket}`, credentials.createInsecure());
  const call = (method: 'ImageStatus' | 'PullImage', request: object): Promise<Answer> =>
    new Promise((resolve, reject) => {
      client[method](request, (error, answer) => {
        if (error === null) resolve(answer ?? {});
        else reject(new CriError(codeNames[error.code] ?? 'Unknown', error.details));
      });
    });
  return {
    has: async image => ((await call('ImageStatus', { image: { image } })).image?.id ?? '') !== '',
    async pull(image, auth) {
      await call('PullImage', { image: { image }, ...(auth === null ? {} : { auth }) });
    },
    close: () => client.close(),
  };
};
