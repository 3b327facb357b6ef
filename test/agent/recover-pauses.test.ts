import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import t from 'tap';
import { openProbedNode } from '../../src/agent/check/probed-node.ts';
import { Prober } from '../../src/agent/prober.ts';
import { Recoverer } from '../../src/agent/recover.ts';
import { RunningPulls } from '../../src/diagnose/running-pulls.ts';
import type { Cause, Retry } from '../../src/model/cause.ts';
import type { WaitingImage } from '../../src/model/recovery.ts';
import { until } from '../house/until.ts';
import { keepLog } from './fixture.ts';
import { http } from './probe/stand.ts';

t.setTimeout(120_000);

const digestOf = (body: string): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;
const config = JSON.stringify({ architecture: 'amd64', os: 'linux' });
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: config.length },
  layers: [],
});

/** What a sound registry with one image answers. */
const serve = ({ method = 'GET', url = '' }: IncomingMessage, response: ServerResponse): void => {
  const [type, body] = url.includes('/manifests/')
    ? ['application/vnd.oci.image.manifest.v1+json', manifest]
    : url.includes('/blobs/')
      ? ['application/octet-stream', config]
      : ['application/json', '{}'];
  response.writeHead(200, {
    'content-type': type,
    'content-length': body.length,
    'docker-content-digest': digestOf(body),
  });
  response.end(method === 'HEAD' ? '' : body);
};

type Refusal = { status: number; headers: (until: number) => Record<string, string> };

/** A registry that refuses until a time which it names, and is sound from then on. */
const refusing = async (test: Parameters<typeof http>[0], { status, headers }: Refusal, waitMs: number) => {
  const asked: number[] = [];
  const named = { until: Infinity };
  const port = await http(test, (request, response) => {
    const now = Date.now();
    if (asked.length === 0) named.until = Math.ceil((now + waitMs) / 1000) * 1000;
    asked.push(now);
    if (now >= named.until) serve(request, response);
    else response.writeHead(status, headers(named.until)).end('{"errors":[{"code":"TOOMANYREQUESTS"}]}');
  });
  return { asked, named, registry: `127.0.0.1:${port}` };
};

/** The agent's own walks and recovery on an empty node; the runtime is one that counts. */
const recovering = (test: Pick<typeof t, 'teardown' | 'testdir'>, image: WaitingImage) => {
  const pulls: number[] = [];
  const log = keepLog();
  const hostRoot = test.testdir({ etc: { hosts: '' }, var: { lib: { containerd: {} } } });
  const prober: Prober = new Prober({
    ...{ intervalMs: 0, openImages: () => [image.image], log, now: Date.now, random: () => 0 },
    openNode: signal =>
      openProbedNode({ hostRoot, criSocket: '/not/there.sock', nodeName: 'n1', client: null }, signal),
    onWalk: walk => recoverer.noteWalk(walk),
    ...{ onNode: () => undefined, onTargets: () => undefined, onIdle: () => undefined },
  });
  const client = {
    pullImage: () => {
      pulls.push(Date.now());
      return Promise.resolve({ ok: true as const, value: 'sha256:1' });
    },
    imageStatus: () => Promise.resolve({ ok: true as const, value: null }),
  };
  const recoverer: Recoverer = new Recoverer({
    ...{
      mode: 'recover',
      running: new RunningPulls(),
      policiesTold: () => false,
      random: () => 0,
      log,
      herd: () => null,
      now: Date.now,
    },
    ...{ client: () => client, credentials: () => Promise.resolve(null), waiting: () => [image], path: prober },
    kubelet: () => Promise.resolve({ highPercent: 100, verification: null, allowed: [] }),
    ...{ onRecord: () => undefined, onRan: () => undefined, onNotes: () => undefined },
  });
  const stop = new AbortController();
  const runs = [prober.run(stop.signal), recoverer.run(stop.signal)];
  test.teardown(async () => {
    stop.abort();
    await Promise.all(runs);
  });
  return pulls;
};

const inSeconds = (at: number): string => String(Math.ceil((at - Date.now()) / 1000));
const date = (at: number): string => new Date(at).toUTCString();
const epoch = (at: number): string => String(at / 1000);

const refusals: Record<string, Refusal> = {
  '429 and seconds': { status: 429, headers: at => ({ 'retry-after': inSeconds(at) }) },
  '429 and a date': { status: 429, headers: at => ({ 'retry-after': date(at) }) },
  '429 and when the limit is reset': { status: 429, headers: at => ({ 'ratelimit-reset': inSeconds(at) }) },
  '429 and a moment since 1970': {
    status: 429,
    headers: at => ({ 'x-ratelimit-reset': epoch(at), 'x-ratelimit-remaining': '0' }),
  },
  '429 and a window, as Docker Hub’s': {
    status: 429,
    headers: at => ({ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': `0;w=${inSeconds(at)}` }),
  },
  '503 and seconds': { status: 503, headers: at => ({ 'retry-after': inSeconds(at) }) },
  '503 and a date': { status: 503, headers: at => ({ 'retry-after': date(at) }) },
};

const kinds: Record<number, { cause: Cause; retry: Retry }> = {
  429: { cause: 'rate-limited', retry: 'wait' },
  503: { cause: 'registry-error', retry: 'heals' },
};

for (const [says, refusal] of Object.entries(refusals))
  t.test(`${says}: not one request before the time that was named, and then the image`, async t => {
    const { asked, named, registry } = await refusing(t, refusal, 4000);
    const kind = kinds[refusal.status] ?? { cause: 'other', retry: null };
    const pulls = recovering(t, {
      ...{ image: `${registry}/app:v1`, registry, ...kind, isPrivate: false },
      ...{ step: { check: 'registry.ping', host: registry }, failedAt: Date.now(), nextAttemptAt: null },
    });
    await until('the pull', () => pulls.length > 0);
    t.equal(asked.filter(at => at < named.until).length, 1, 'the request that was told when');
    t.ok((pulls[0] ?? 0) >= named.until);
    t.ok(asked.length > 2, 'it was walked after that');
  });
