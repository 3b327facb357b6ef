import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from '../lib/atomic-file.ts';
import type { NodeIdentity } from '../model/report.ts';
import { readMachineId } from './journal/place.ts';

const readText = async (path: string): Promise<string | null> => {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return null;
  }
};

const objectAt = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/**
 * The node's uid in a projected service account token: its claim kubernetes.io.node.uid (Kubernetes 1.29 on). The signature is
 * not checked here: the agent only names itself, the aggregator decides whether it believes it. Nothing of it is logged.
 */
export const nodeUidOfToken = (token: string): string | null => {
  const [, payload] = token.split('.');
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const uid = objectAt(objectAt(objectAt(claims, 'kubernetes.io'), 'node'), 'uid');
    return typeof uid === 'string' && /^[!-~]{1,128}$/.test(uid) ? uid : null;
  } catch {
    return null;
  }
};

const persistedUid = async (dataDir: string): Promise<string> => {
  const path = join(dataDir, 'node-uid');
  const saved = await readText(path);
  if (saved !== null && /^[0-9a-f-]{36}$/.test(saved)) return saved;
  const uid = randomUUID();
  await writeFileAtomically(path, uid);
  return uid;
};

export type IdentityOptions = { nodeName: string | null; tokenFile: string | null; hostRoot: string; dataDir: string };

/** Who this node is: the uid its token names, else its machine id, else one made up once and kept. */
export const readIdentity = async (options: IdentityOptions): Promise<NodeIdentity> => {
  const machineId = await readMachineId(options.hostRoot);
  const token = options.tokenFile === null ? null : await readText(options.tokenFile);
  const uid = (token === null ? null : nodeUidOfToken(token)) ?? machineId ?? (await persistedUid(options.dataDir));
  // The kernel's boot id is the same in every container; where it is hidden, each start counts as a boot.
  const bootId = (await readText('/proc/sys/kernel/random/boot_id')) ?? randomUUID();
  const name = (options.nodeName ?? hostname()).replaceAll(/[^!-~]/g, '-').slice(0, 253);
  return { name, uid, bootId, ...(machineId === null ? {} : { machineId }) };
};
