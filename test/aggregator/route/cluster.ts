import type { FastifyInstance } from 'fastify';
import { keepJudging } from '../../../src/aggregator/judge.ts';
import { until } from '../../house/until.ts';
import { imageOn, wayTo } from '../../scope/sample.ts';
import { postReport, sampleFinding, sampleFull, sampleServer, silentLog } from '../sample.ts';

type Teardown = { teardown: (run: () => unknown) => void };

/**
 * A cluster of ten: mirror.example breaks for two (who lack a CA), reg.example works for all, an image is missing for one,
 * another was pulled, and one node has another resolv.conf.
 */
export const brokenCluster = async (
  t: Teardown,
  given: Parameters<typeof sampleServer>[1] = {},
): Promise<ReturnType<typeof sampleServer>> => {
  const server = sampleServer(t, given);
  const { app, clock } = server;
  for (let at = 0; at < 10; at += 1) {
    const name = `node-${at}`;
    const broken = at < 2 ? ('tls-unknown-authority' as const) : null;
    const missing = imageOn(name, 'reg.example/team/gone:1', 'tag-not-found');
    const tls = {
      cause: 'tls-unknown-authority',
      stage: 'tls',
      registry: 'docker.io',
      host: 'mirror.example',
    } as const;
    const findings = [
      ...(broken === null ? [] : [sampleFinding({ ...tls, id: `f-tls-${at}`, image: 'docker.io/library/nginx:1' })]),
      ...(at === 4 ? [missing] : []),
    ];
    await postReport(
      app,
      sampleFull(
        { name },
        {
          checks: [
            ...sampleFull().checks,
            ...wayTo('docker.io', broken, 'mirror.example', 'mirror').map(check => ({ ...check, at: 5000 })),
            ...wayTo('quay.io', null, 'mirror.example', 'mirror'),
            ...wayTo('reg.example'),
          ],
          fingerprint: {
            'resolv.conf': at === 7 ? 'b'.repeat(64) : 'a'.repeat(64),
            ...(at < 2 ? {} : { 'ca:docker.io': 'c'.repeat(64) }),
          },
          retries:
            at === 3
              ? [{ image: 'docker.io/library/nginx:1', at: 900, ms: 5, outcome: 'pulled', cause: null, message: null }]
              : [],
          findings,
        },
      ),
    );
  }
  clock.now += 60_000;
  return server;
};

/** Lets a leader judge until there are incidents. */
export const judged = async (server: ReturnType<typeof sampleServer>): Promise<void> => {
  const { store, cluster, clock } = server;
  const ended = new AbortController();
  const judging = keepJudging({ store, cluster, log: silentLog, now: () => clock.now, signal: ended.signal });
  const any = { state: 'open', cause: null, registry: null, image: null, since: null, before: null } as const;
  await until('an incident', async () => (await store.incidents({ ...any, limit: 1 })).items.length > 0);
  ended.abort();
  await judging;
};

/** Asks for every page of a list. */
export const allPages = async (app: FastifyInstance, path: string): Promise<unknown[]> => {
  const items: unknown[] = [];
  let cursor = '';
  for (;;) {
    const { body } = await app.inject(`${path}${cursor}`);
    const page = JSON.parse(body) as { items: unknown[]; next: string | null };
    items.push(...page.items);
    if (page.next === null) return items;
    cursor = `&cursor=${page.next}`;
  }
};
