const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as Kubernetes writes one, with these claims; another key id makes another token of the same claims. */
export const tokenOf = (claims: unknown, keyId = 'key'): string =>
  [part({ alg: 'RS256', kid: keyId }), part(claims), 'signature'].join('.');
