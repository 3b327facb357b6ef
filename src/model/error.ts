import type { ErrorCode } from './codes.ts';

/** The one error class: a stable code for programs, one sentence for people, the cause kept. */
export class PullpathError extends Error {
  override readonly name = 'PullpathError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
