import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { startAgent, type RunningAgent } from '../../src/agent/agent.ts';
import type { RecoveryNote } from '../../src/model/recovery.ts';
import type { RetryRecord } from '../../src/model/report.ts';
import { sampleServer } from '../aggregator/sample.ts';
import { scenarioOf } from '../lab/scenarios.ts';
import { startAgentLab } from '../agent/agent-lab.ts';
import { keepLog } from '../agent/fixture.ts';
import { withoutRoot } from '../house/root.ts';
import { until } from '../house/until.ts';

t.setTimeout(290_000);
t.test('agents that recover on a real node', { skip: withoutRoot, timeout: 280_000 }, async t => {
  const { lab, options } = await startAgentLab(t);

  /** An agent on the lab's node, with an aggregator of its own. */
  const start = async (t: Parameters<typeof sampleServer>[0], name: string): Promise<RunningAgent> => {
    const { app } = sampleServer(t);
    const server = await app.listen({ host: '127.0.0.1', port: 0 });
    const agent = await startAgent(options(server, name, '--heartbeat=5s'), keepLog());
    t.teardown(() => agent.stop());
    return agent;
  };

  const noteOf = (agent: RunningAgent, image: string): RecoveryNote | undefined =>
    agent.report().findings.find(finding => finding.image === image)?.recovery;
  const recordOf = (agent: RunningAgent, image: string): RetryRecord | undefined =>
    agent.report().retries.find(retry => retry.image === image);

  /** A registry that names a time before which it wants nothing, and is sound from then on; who asked it when. */
  const limitedRegistry = async (waitMs: number) => {
    const asked: { at: number; by: string }[] = [];
    const named = { until: Infinity };
    const pass = ({ method, url, headers }: IncomingMessage, response: ServerResponse): void => {
      const [host = '', port = '443'] = lab.hosts.name('good').split(':');
      const to = { host: lab.hosts.address('good'), port, servername: host, rejectUnauthorized: false };
      const passed = httpsRequest({ ...to, method, path: url, headers: { ...headers, host } }, answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      passed.on('error', () => response.destroy()).end();
    };
    const server = createServer((request, response) => {
      const at = Date.now();
      if (asked.length === 0) named.until = at + waitMs;
      asked.push({ at, by: request.headers['user-agent'] ?? '' });
      if (at >= named.until) {
        pass(request, response);
        return;
      }
      const after = String(Math.ceil((named.until - at) / 1000));
      return response.writeHead(429, { 'retry-after': after }).end('{"errors":[{"code":"TOOMANYREQUESTS"}]}');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const stop = (): void => {
      server.closeAllConnections();
      server.close();
    };
    return { asked, named, host: `127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
  };

  t.test('a rate-limited registry is asked once, and not again before the time that it named', async t => {
    const registry = await limitedRegistry(25_000);
    t.teardown(() => registry.stop());
    const agent = await start(t, 'limited');
    const image = `${registry.host}/app:v1`;
    await lab.addPod({ pod: 'limited', image, causes: ['rate-limited'], truth: '429 for a while' });
    await until('it is known when to ask again', () => noteOf(agent, image)?.code === 'not-yet');
    await until('the end of the time', () => Date.now() > registry.named.until);
    const early = registry.asked.filter(({ at, by }) => at < registry.named.until && by.startsWith('pullpath'));
    t.equal(early.length, 1, 'the walk that was told when');
    const record = recordOf(agent, image);
    t.ok(record === undefined || record.at >= registry.named.until, 'and no pull');
  });

  t.test('an image whose registry comes back is pulled, and its pod runs early', async t => {
    const agent = await start(t, 'dropped');
    const dropped = scenarioOf(lab.hosts, 'dropped');
    const { image } = dropped;
    const attempts = (): number => agent.report().pulls.find(pull => pull.image === image)?.attempts ?? 0;
    await lab.addPod(dropped);
    await until('the finding', () => noteOf(agent, image)?.state === 'watching');
    t.match(noteOf(agent, image), { says: /tcp\.connect/ });
    await until('a second attempt in vain', () => attempts() >= 2);
    t.equal(recordOf(agent, image), undefined, 'nothing was pulled while it was broken');
    await lab.box.firewall.allow(lab.hosts.address('drop'));
    await until('the pod', () => recordOf(agent, image)?.ranAt !== undefined);
    t.match(recordOf(agent, image), {
      outcome: 'pulled',
      watched: { check: 'tcp.connect', host: lab.hosts.name('drop') },
      healedAt: Number,
    });
    t.ok((recordOf(agent, image)?.savedMs ?? 0) > 0, 'before its next attempt');
    t.notOk(
      agent.report().pulls.some(pull => pull.image === image),
      'it waits no more',
    );
  });
});
