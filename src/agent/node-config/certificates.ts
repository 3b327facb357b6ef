import { createPrivateKey, X509Certificate } from 'node:crypto';
import { limits } from '../../model/limits.ts';

const blocksOf = (pem: string, kind: RegExp): string[] => {
  const found: string[] = [];
  for (const match of pem.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----\r?\n[^-]*-----END \1-----/g)) {
    if (kind.test(match[1] ?? '')) found.push(match[0]);
    if (found.length >= limits.certificatesPerFile) break;
  }
  return found;
};

const isCertificate = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).fingerprint256 !== '';
  } catch {
    return false;
  }
};

/** Whether a CA file adds a certificate to Go's pool: one good PEM block is enough, DER and keys are none. */
export const holdsCertificate = (bytes: Buffer): boolean =>
  blocksOf(bytes.toString('latin1'), /^CERTIFICATE$/).some(isCertificate);

/** Whether Go's tls.X509KeyPair takes this pair: a certificate and an unencrypted key in PEM that belong together. */
export const isKeyPair = (cert: Buffer, key: Buffer): boolean => {
  const [certificate = ''] = blocksOf(cert.toString('latin1'), /^CERTIFICATE$/);
  const [privateKey = ''] = blocksOf(key.toString('latin1'), /^(?:.* )?PRIVATE KEY$/);
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
  } catch {
    return false;
  }
};
