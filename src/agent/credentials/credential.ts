/** The file or plugin that credentials come from, and whose they are: the kubelet's, which it puts into a pull, or the runtime's own. */
export type CredentialOrigin = { source: string; owner: 'kubelet' | 'runtime' };

/**
 * A user and password, or an identity token where the user's name is empty. What is secret cannot be printed or turned into
 * JSON by accident: only the file or plugin that it comes from can be seen.
 */
export class Credential {
  /** The file or plugin that it comes from, for people. */
  readonly source: string;
  readonly owner: CredentialOrigin['owner'];
  readonly #username: string;
  readonly #secret: string;

  constructor({ source, owner }: CredentialOrigin, username: string, secret: string) {
    this.source = source;
    this.owner = owner;
    this.#username = username;
    this.#secret = secret;
  }

  /** For people and programs, without what is secret. */
  get facts(): { credentials: string; credentialsOwner: CredentialOrigin['owner'] } {
    return { credentials: this.source, credentialsOwner: this.owner };
  }

  /** Whether a token service that takes no POST is asked by GET too (containerd: with a name on 405 as well). */
  get isNamed(): boolean {
    return this.#username !== '';
  }

  /** The value of an `Authorization` header (RFC 7617). */
  basic(): string {
    return `Basic ${Buffer.from(`${this.#username}:${this.#secret}`).toString('base64')}`;
  }

  /** The fields of containerd's POST to a token service: a password grant, or a refresh token. */
  grant(): Record<string, string> {
    return this.isNamed
      ? { grant_type: 'password', username: this.#username, password: this.#secret }
      : { grant_type: 'refresh_token', refresh_token: this.#secret };
  }
}
