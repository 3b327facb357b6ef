import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { reportOf } from './cluster-report.ts';

/** What the parent says: how many agents, and what they do from now on, each once in so many milliseconds. */
export type Order = { from: number; count: number; port: number; everyMs: number; phase: 'join' | 'steady' | 'outage' };
/** What comes back at the end of a phase. */
export type Outcome = { latencies: number[]; sent: number; refused: number; cpuSeconds: number };

type Agent = {
  node: number;
  seq: number;
  fullSeq: number;
  down: boolean;
  socket: Socket | null;
  answer: (status: number) => void;
  /** Its reports go out one after the other. */
  last: Promise<void>;
};

const bodyOf = (agent: Agent, phase: Order['phase']): Buffer => {
  agent.seq += 1;
  const changes = phase !== 'steady' || Math.random() < 0.02;
  if (phase === 'outage') agent.down = true;
  else if (changes && phase === 'steady') agent.down = !agent.down;
  const report = reportOf(agent.node, agent.seq, changes ? (agent.down ? 'down' : 'well') : agent.fullSeq);
  if (changes) agent.fullSeq = agent.seq;
  return gzipSync(JSON.stringify(report), { level: 1 });
};

/** One connection, kept, as an agent has it. Written by hand: an HTTP client for 15,000 agents would cost more than the server. */
const socketOf = (agent: Agent, port: number): Socket => {
  if (agent.socket !== null && !agent.socket.destroyed) return agent.socket;
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.on('data', (chunk: Buffer) => agent.answer(Number(chunk.toString('latin1', 9, 12))));
  socket.on('error', () => agent.answer(0));
  socket.on('close', () => agent.answer(0));
  agent.socket = socket;
  return socket;
};

const post = (agent: Agent, port: number, body: Buffer): Promise<{ status: number; ms: number }> => {
  const head =
    `POST /v1/reports HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n` +
    `content-length: ${body.length}\r\n\r\n`;
  return new Promise(resolve => {
    const began = performance.now();
    agent.answer = status => {
      agent.answer = () => undefined;
      resolve({ status, ms: performance.now() - began });
    };
    const socket = socketOf(agent, port);
    socket.cork();
    socket.write(head);
    socket.write(body);
    socket.uncork();
  });
};

/** Sends a report until it is taken, as an agent does; every answer counts. */
const send = async (agent: Agent, order: Order, outcome: Outcome): Promise<void> => {
  const body = bodyOf(agent, order.phase);
  for (;;) {
    const { status, ms } = await post(agent, order.port, body);
    outcome.latencies.push(ms);
    if (status === 202 || status === 200) break;
    outcome.refused += 1;
    await new Promise(resolve => setTimeout(resolve, 5000 + Math.random() * 5000));
  }
  outcome.sent += 1;
};

const agents = new Map<number, Agent>();

/** Each agent reports once in the time, at a moment of its own; `rounds` times. */
const runPhase = async (order: Order, rounds: number): Promise<Outcome> => {
  const outcome: Outcome = { latencies: [], sent: 0, refused: 0, cpuSeconds: 0 };
  const cpu = process.cpuUsage();
  const began = performance.now();
  const pending: Promise<void>[] = [];
  let next = 0;
  const total = order.count * rounds;
  await new Promise<void>(resolve => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - began) * order.count) / order.everyMs));
      while (next < due) {
        const node = order.from + (next % order.count);
        next += 1;
        const head = { node, seq: 0, fullSeq: 0, down: false, socket: null };
        const agent = agents.get(node) ?? { ...head, answer: () => undefined, last: Promise.resolve() };
        agents.set(node, agent);
        agent.last = agent.last.then(() => send(agent, order, outcome));
        pending.push(agent.last);
      }
      if (next === total) {
        clearInterval(timer);
        resolve();
      }
    }, 2);
  });
  await Promise.all(pending);
  const { user, system } = process.cpuUsage(cpu);
  outcome.cpuSeconds = (user + system) / 1e6;
  return outcome;
};

process.on('message', (message: { order: Order; rounds: number }) => {
  void runPhase(message.order, message.rounds).then(outcome => process.send?.(outcome));
});
