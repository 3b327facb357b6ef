import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { systemWords } from '../../lib/system-words.ts';
import { PullpathError } from '../../model/error.ts';
import type { ApiAccount } from './account.ts';

const word = v.optional(v.string(), '');

const clusterEntries = {
  server: word,
  'certificate-authority': word,
  'certificate-authority-data': word,
  'insecure-skip-tls-verify': v.optional(v.boolean(), false),
};
const userEntries = {
  token: word,
  tokenFile: word,
  'client-certificate': word,
  'client-certificate-data': word,
  'client-key': word,
  'client-key-data': word,
};

/** As much of a kubeconfig as is read here (Kubernetes, client config API v1). */
const kubeconfigSchema = v.object({
  'current-context': word,
  contexts: v.optional(v.array(v.object({ name: v.string(), context: v.object({ cluster: word, user: word }) })), []),
  clusters: v.optional(v.array(v.object({ name: v.string(), cluster: v.object(clusterEntries) })), []),
  users: v.optional(v.array(v.object({ name: v.string(), user: v.nullish(v.looseObject(userEntries)) })), []),
});

type User = { [name in keyof typeof userEntries]: string } & Record<string, unknown>;

const fault = (path: string, why: string, cause?: unknown): PullpathError =>
  new PullpathError('kubernetes-account', `--kubeconfig ${path} ${why}`, { cause });

/** What stands in a field `NAME-data` in base64, else in the file that `NAME` gives, relative to the kubeconfig; '' for neither. */
const fileOrData = async (path: string, file: string, data: string): Promise<string> => {
  if (data !== '') return Buffer.from(data, 'base64').toString('utf8');
  if (file === '') return '';
  const place = resolve(dirname(path), file);
  try {
    return (await readFile(place, 'utf8')).trim();
  } catch (error) {
    throw fault(path, `names ${place}, which cannot be read: ${systemWords(error)}`, error);
  }
};

const parseFile = async (path: string): Promise<v.InferOutput<typeof kubeconfigSchema>> => {
  const {
    default: { parse },
  } = await import('yaml');
  let text: string;
  let value: unknown;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw fault(path, `cannot be read: ${systemWords(error)}`, error);
  }
  try {
    value = parse(text);
  } catch {
    // The parser's own error quotes the file, which holds secrets.
    throw fault(path, 'is not YAML');
  }
  const parsed = v.safeParse(kubeconfigSchema, value);
  if (parsed.success) return parsed.output;
  throw fault(path, `is no kubeconfig: ${v.getDotPath(parsed.issues[0]) ?? 'the file'}: ${parsed.issues[0].message}`);
};

const accountOf = async (path: string, server: URL, ca: string, user: User): Promise<ApiAccount> => {
  if (user['exec'] !== undefined || user['auth-provider'] !== undefined)
    throw fault(path, 'logs in by a helper program, which is not run here; use a token or a client certificate');
  const cert = await fileOrData(path, user['client-certificate'], user['client-certificate-data']);
  const key = await fileOrData(path, user['client-key'], user['client-key-data']);
  const token = user.token === '' ? await fileOrData(path, user.tokenFile, '') : user.token;
  return {
    server,
    ca: ca === '' ? null : ca,
    token: token === '' ? null : token,
    pair: cert === '' || key === '' ? null : { cert, key },
  };
};

const nobody: User = {
  ...{ token: '', tokenFile: '', 'client-certificate': '', 'client-certificate-data': '' },
  ...{ 'client-key': '', 'client-key-data': '' },
};

/** The account of a kubeconfig's current context; fails with `kubernetes-account`, naming the file and never a secret. */
export const readKubeconfig = async (path: string): Promise<ApiAccount> => {
  const config = await parseFile(path);
  const context = config.contexts.find(({ name }) => name === config['current-context'])?.context;
  if (context === undefined)
    throw fault(path, 'has no current-context, or one that it does not describe; run kubectl config use-context');
  const cluster = config.clusters.find(({ name }) => name === context.cluster)?.cluster;
  const server = URL.parse(cluster?.server ?? '');
  if (cluster === undefined || server === null || !/^https?:$/.test(server.protocol))
    throw fault(path, `has no usable server for cluster "${context.cluster}"`);
  if (cluster['insecure-skip-tls-verify'])
    throw fault(path, 'switches TLS verification off, which is refused here; give certificate-authority instead');
  const user = config.users.find(({ name }) => name === context.user)?.user ?? nobody;
  const ca = await fileOrData(path, cluster['certificate-authority'], cluster['certificate-authority-data']);
  return accountOf(path, server, ca, { ...nobody, ...user });
};
