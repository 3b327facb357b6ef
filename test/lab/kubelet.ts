/**
 * A stand-in for the part of the kubelet that pulls images: it reads pods from a folder as the kubelet reads them from
 * the API, pulls over CRI, and logs the kubelet's lines to stderr. It starts no containers: a pod runs when its images
 * are there.
 *
 *   node test/lab/kubelet.ts --cri-socket PATH --pods FOLDER --secrets FOLDER [--time-scale 1]
 */
import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connectCri } from './cri.ts';
import type { Auth } from './cri.ts';
import { defaultPolicy, ImageManager } from './image-manager.ts';
import type { PullPolicy } from './image-manager.ts';
import { printKlog } from './klog.ts';
import * as lines from './kubelet-lines.ts';
import type { KubeletLine, PodName, StartError } from './kubelet-lines.ts';

/** The fields of a Pod that matter here, as `kubectl get pod -o json` has them. */
export type Pod = {
  metadata: { namespace: string; name: string; uid: string };
  spec: {
    containers: { name: string; image: string; imagePullPolicy?: PullPolicy }[];
    imagePullSecrets?: { name: string }[];
  };
};

/** A Secret of type kubernetes.io/dockerconfigjson, decoded: credentials by registry host. */
export type PullSecret = { auths: Record<string, Auth> };

type Worker = { pod: Pod; stop: AbortController };

const option = { type: 'string' } as const;
const { values: flags } = parseArgs({
  options: { 'cri-socket': option, pods: option, secrets: option, 'time-scale': { ...option, default: '1' } },
});
const podDir = flags.pods ?? '';
const secretDir = flags.secrets ?? '';
const timeScale = Number(flags['time-scale']);

/** Nanoseconds since the epoch; this clock counts microseconds. */
const nanos = (): bigint => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
const begun = nanos();

const log = (line: KubeletLine): void => {
  process.stderr.write(`${printKlog({ ...line, at: performance.timeOrigin + performance.now(), pid: process.pid })}\n`);
};
const cri = connectCri(flags['cri-socket'] ?? '');
const images = new ImageManager({ cri, log, now: Date.now, timeScale });

/** The host part of an image, which is where a secret's entry must match. */
const hostOf = (image: string): string => image.split('/')[0] ?? '';

/** Credentials of the pod's secrets for one image, in the secrets' order; says which secrets are missing. */
const credentialsFor = async (pod: Pod, name: PodName): Promise<Map<string, Auth[]>> => {
  const found = new Map<string, Auth[]>();
  for (const secret of pod.spec.imagePullSecrets ?? []) {
    const file = join(secretDir, name.namespace, `${secret.name}.json`);
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) {
      log(lines.secretMissing(name, secret.name));
      continue;
    }
    for (const [host, auth] of Object.entries((JSON.parse(text) as PullSecret).auths))
      found.set(host, [...(found.get(host) ?? []), auth]);
  }
  return found;
};

/** One sync of a pod: the errors of the containers that could not start, and how long pulls took. */
const syncPod = async (pod: Pod, started: Set<string>): Promise<{ errors: StartError[]; pullMs: number }> => {
  const name: PodName = pod.metadata;
  const credentials = await credentialsFor(pod, name);
  const errors: StartError[] = [];
  let pullMs = 0;
  for (const { name: container, image, imagePullPolicy } of pod.spec.containers) {
    if (started.has(container)) continue;
    const policy = imagePullPolicy ?? defaultPolicy(image);
    const wanted = { podUid: name.uid, image, policy, credentials: credentials.get(hostOf(image)) ?? [] };
    const ensured = await images.ensure(wanted);
    if (ensured.ok) {
      started.add(container);
      pullMs += ensured.pullMs;
      log(lines.containerStarted(name, randomBytes(32).toString('hex')));
      continue;
    }
    const failed = { container, reason: ensured.reason, message: ensured.message };
    if (ensured.reason !== 'ImagePullBackOff') log(lines.startFailed(name, failed));
    errors.push(failed);
  }
  if (errors.length > 0) log(lines.syncFailed(name, errors));
  return { errors, pullMs };
};

/** A pod's worker: at once after a change of its status, then every 10 to 15 s until all its containers run. */
const work = async ({ pod, stop }: Worker): Promise<void> => {
  const name: PodName = pod.metadata;
  const created = nanos();
  const started = new Set<string>();
  let lastReasons = '';
  let pullMs = 0;
  log(lines.noSandbox(name));
  for (let turn = 0; !stop.signal.aborted; turn += 1) {
    if (turn > 0) log(lines.noResourceRecord(name));
    const result = await syncPod(pod, started);
    pullMs += result.pullMs;
    if (result.errors.length === 0) {
      const running = nanos();
      const pulling = BigInt(pullMs) * 1_000_000n;
      log(lines.podRuns(name, { created, pulling, running, noticed: nanos(), kubelet: begun }));
      return;
    }
    const reasons = result.errors.map(({ reason }) => reason).join();
    const changed = reasons !== lastReasons && reasons !== 'ImagePullBackOff';
    lastReasons = reasons;
    const wait = changed ? 500 : 10_000 + Math.random() * 5_000;
    await sleep(wait * timeScale, undefined, { signal: stop.signal }).catch(() => undefined);
  }
};

const readPods = async (): Promise<Map<string, Pod>> => {
  const pods = new Map<string, Pod>();
  for (const file of await readdir(podDir)) {
    if (!file.endsWith('.json')) continue;
    const pod = JSON.parse(await readFile(join(podDir, file), 'utf8')) as Pod;
    pods.set(pod.metadata.uid, pod);
  }
  return pods;
};

const workers = new Map<string, Worker>();
for (const line of lines.kubeletStarted()) log(line);
const seen = { changed: 0, at: 0 };
for (;;) {
  await sleep(200);
  const changed = (await stat(podDir)).mtimeMs;
  // A folder that was changed within a second before it was read may have been changed again in the same tick of its clock.
  if (changed === seen.changed && seen.at - changed > 1_000) continue;
  Object.assign(seen, { changed, at: Date.now() });
  const pods = await readPods();
  for (const [uid, pod] of pods) {
    if (workers.has(uid)) continue;
    const worker = { pod, stop: new AbortController() };
    workers.set(uid, worker);
    log(lines.podEvent('ADD', pod.metadata));
    work(worker).catch((error: unknown) => {
      process.stderr.write(`stand-in kubelet: ${String(error)}\n`);
      process.exit(1);
    });
  }
  for (const [uid, worker] of workers) {
    if (pods.has(uid)) continue;
    worker.stop.abort();
    workers.delete(uid);
    log(lines.podEvent('DELETE', worker.pod.metadata));
    log(lines.podEvent('REMOVE', worker.pod.metadata));
  }
}
