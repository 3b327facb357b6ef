import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { request } from 'undici';
import { until } from '../../house/until.ts';
import { startProgram } from '../program.ts';
import { temporaryDirectory } from '../sample.ts';

t.setTimeout(290_000);

const wanted = 10_000;
/** Of the files that a process may open, some are needed for other things. */
const fileLimit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024);
const idle = Math.min(wanted, fileLimit - 300);

const rssOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** Asks on a connection of its own: one that is kept would be closed with the idle ones. */
const ask = (port: number, path: string): ReturnType<typeof request> =>
  request(`http://127.0.0.1:${port}${path}`, { reset: true });

/** Opens connections, some hundred at a time, and counts those that the server closes. */
const openMany = async (port: number, count: number): Promise<{ sockets: Socket[]; closed: () => number }> => {
  const sockets: Socket[] = [];
  let closed = 0;
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(250, count - sockets.length) }, () => connect(port, '127.0.0.1'));
    await Promise.all(
      some.map(
        socket =>
          new Promise<void>((resolve, reject) => {
            socket.once('connect', resolve);
            socket.once('error', reject);
          }),
      ),
    );
    for (const socket of some) {
      socket.on('error', () => undefined).resume();
      socket.once('close', () => (closed += 1));
    }
    sockets.push(...some);
  }
  return { sockets, closed: () => closed };
};

const start = async (t: { teardown: (run: () => unknown) => void }): Promise<{ port: number; pid: number }> => {
  const { child, port } = await startProgram(['--listen=127.0.0.1:0', `--data-dir=${temporaryDirectory(t)}`]);
  t.teardown(() => child.kill('SIGKILL'));
  return { port, pid: child.pid ?? 0 };
};

t.test(`${idle} idle connections: everything else is answered, memory stays, and they are closed`, async t => {
  if (idle < wanted)
    t.comment(`this machine lets a process open ${fileLimit} files: ${idle} connections, not ${wanted}`);
  const { port, pid } = await start(t);
  const before = rssOf(pid);
  const { sockets, closed } = await openMany(port, idle);
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  t.equal((await ask(port, '/v1/nodes')).statusCode, 200);
  const grown = rssOf(pid) - before;
  t.ok(grown < 300, `${Math.round(grown)} MiB for ${idle} connections`);
  await until('their end', () => closed() === sockets.length, { within: 120_000 });
  t.equal((await ask(port, '/healthz')).statusCode, 200);
});

t.test('slowloris: requests that never end are cut, and others are answered meanwhile', async t => {
  const { port } = await start(t);
  const { sockets, closed } = await openMany(port, 500);
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('X-a: b\r\n');
  }, 1000);
  t.teardown(() => {
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
  });
  const answers: string[] = [];
  for (const [at, socket] of sockets.entries()) {
    socket.on('data', chunk => answers.push(chunk.toString()));
    socket.write(
      at % 2 === 0
        ? 'GET /v1/nodes HTTP/1.1\r\nHost: localhost\r\n'
        : 'POST /v1/reports HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{',
    );
  }
  t.equal((await ask(port, '/v1/nodes')).statusCode, 200);
  await until('their end', () => closed() === sockets.length, { within: 120_000 });
  t.ok(answers.length > 0);
  t.match(answers[0], /^HTTP\/1\.1 408 /);
  t.match(answers[0], 'request-timeout');
  const { items } = (await (await ask(port, '/v1/nodes')).body.json()) as { items: unknown[] };
  t.same(items, []);
});
