import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:tls';
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { fc } from '../../house/property.ts';
import { walkHost } from '../../../src/agent/check/walk-host.ts';
import type { Check } from '../../../src/model/check.ts';
import { checkCodes } from '../../../src/model/check-codes.ts';
import { authority, calm, session, tcp, testNet, testResolver } from './stand.ts';

// Whole deadlines are waited for, and a hundred walks are made.
t.setTimeout(290_000);

type Owner = Pick<Test, 'teardown'>;
const node = { os: 'linux', architecture: 'amd64' };

/** Walks to a server on this port and gives its checks, each held to be an outcome with a code. */
const walk = async (owner: Owner, url: string, more: object = {}): Promise<Check[]> => {
  const made = await session(owner, { url, image: 'reg.test:1/team/app:v1', ...more });
  const { checks } = await walkHost(made, calm, node);
  const bad = checks.filter(
    ({ outcome, code, detail }) =>
      detail === '' || (outcome === 'pass') !== (code === null) || (code !== null && !(code in checkCodes)),
  );
  t.same(bad, [], 'each check has an outcome, a code and words');
  return checks;
};

/** A server that may be told anew what it says; over TLS with a certificate, or as it is. */
const speaker = async (owner: Owner, tls: { key: string; cert: string } | null) => {
  let say: (socket: Socket) => void = socket => socket.end();
  const open = new Set<Socket>();
  const onSocket = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    say(socket);
  };
  const server: Server = tls === null ? createServer(onSocket) : createTlsServer(tls, onSocket);
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  owner.teardown(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, tell: (words: typeof say) => (say = words) };
};

/** Bytes as servers may send them: any, and pieces of HTTP in the wrong places. */
const babble = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
      fc
        .constantFrom(
          ...[
            'HTTP/1.1 200 OK\r\n',
            'HTTP/1.1 401 x\r\n',
            'HTTP/1.1 302 x\r\n',
            'HTTP/1.1 100 x\r\n\r\n',
            'HTTP/9.9 999\r\n',
          ],
          ...['\r\n', '\r\n\r\n', 'content-length: 5\r\n', 'content-length: -1\r\n', 'transfer-encoding: chunked\r\n'],
          ...[
            'content-length: 99999999999999999999\r\n',
            'ffffffffffffffff\r\n',
            'location: /v2/x\r\n',
            'location: \u0000\r\n',
          ],
          ...[
            'www-authenticate: Bearer realm="http://reg.test/"\r\n',
            'www-authenticate: Basic\r\n',
            'date: never\r\n',
          ],
          ...[
            '{"manifests":[{}]}',
            '{"layers":[{"digest":"x"}]}',
            '{"token":"\\u0000"}',
            '<html>',
            '\u0016\u0003\u0001',
          ],
        )
        .map(text => Buffer.from(text)),
    ),
    { maxLength: 12 },
  )
  .map(parts => Buffer.concat(parts));

t.test('no bytes that a server sends make a walk throw, over TCP or inside TLS', async t => {
  const ca = await authority(t);
  const pair = await ca.issue('reg.test');
  const [plain, secured] = [await speaker(t, null), await speaker(t, pair)];
  const property = fc.asyncProperty(babble, fc.boolean(), fc.boolean(), async (bytes, greets, tls) => {
    const { port, tell } = tls ? secured : plain;
    tell(socket => {
      if (greets) return void socket.end(bytes);
      socket.once('data', () => socket.end(bytes));
    });
    await walk(t, `${tls ? 'https' : 'http'}://reg.test:${port}/v2`, tls ? { ca } : {});
  });
  await fc.assert(property, { numRuns: 60 });
});

t.test('raw bytes where TLS is expected are an outcome', async t => {
  const { port, tell } = await speaker(t, null);
  const property = fc.asyncProperty(
    fc.uint8Array({ minLength: 1, maxLength: 80 }),
    fc.boolean(),
    async (bytes, record) => {
      // Half of them begin as a TLS record does, so that the parser comes further.
      const head = record ? Buffer.from([22, 3, 3, 0, bytes.length]) : Buffer.alloc(0);
      tell(socket => void socket.once('data', () => socket.end(Buffer.concat([head, bytes]))));
      const checks = await walk(t, `https://reg.test:${port}/v2`);
      t.match(
        checks.find(({ id }) => id === 'tls.handshake'),
        { outcome: 'fail' },
      );
    },
  );
  await fc.assert(property, { numRuns: 40 });
});

/** What a server that never stops has sent when the walk is over: the bound is what is in flight, not what it would send. */
const endless = async (owner: Owner, start: string, chunk: string): Promise<{ checks: Check[]; sent: number }> => {
  let sent = 0;
  const port = await tcp(owner, socket => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
    };
    socket.on('drain', more).once('data', () => {
      socket.write(start);
      more();
    });
  });
  return { checks: await walk(owner, `http://reg.test:${port}/v2`), sent };
};

t.test('what never ends is cut: headers, a body, chunks, trailers, informational answers', async t => {
  const ok = 'HTTP/1.1 200 OK\r\n';
  for (const [what, start, chunk] of [
    ['one header', `${ok}x: `, 'x'.repeat(4096)],
    ['many headers', ok, 'a: b\r\n'.repeat(512)],
    ['a body', `${ok}\r\n`, 'x'.repeat(65_536)],
    ['chunks', `${ok}transfer-encoding: chunked\r\n\r\n`, `1000\r\n${'x'.repeat(4096)}\r\n`],
    ['a chunk’s extension', `${ok}transfer-encoding: chunked\r\n\r\n1;`, 'x'.repeat(4096)],
    ['trailers', `${ok}transfer-encoding: chunked\r\n\r\n0\r\n`, 'a: b\r\n'.repeat(512)],
    ['a status line', 'HTTP/1.1 200 ', 'x'.repeat(4096)],
  ] as const) {
    const { checks, sent } = await endless(t, start, chunk);
    t.ok(sent < 64 * 1024 * 1024, `${what}: ${sent} bytes`);
    t.ok(checks.length > 3, what);
  }
});

t.test('a drip, wrong lengths and informational answers without end are cut by the step’s own time', async t => {
  const interval = (socket: Socket, words: string, ms: number): void => {
    const timer = setInterval(() => socket.write(words), ms);
    socket.on('close', () => clearInterval(timer));
  };
  const servers: Record<string, (socket: Socket) => void> = {
    'a drip of headers': socket => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      interval(socket, 'a', 200);
    },
    'a drip of a body': socket => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
      interval(socket, 'x', 200);
    },
    'informational answers': socket => interval(socket, 'HTTP/1.1 100 Continue\r\n\r\n', 20),
    'a length that is too long': socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nx'),
  };
  await Promise.all(
    Object.entries(servers).map(async ([what, server]) => {
      const port = await tcp(t, socket => void socket.once('data', () => server(socket)));
      const made = await session(t, { url: `http://reg.test:${port}/v2` });
      const sent = await made.http.send({ method: 'GET', url: made.url('') }, calm);
      t.match(sent, { ok: false, fault: { code: 'http-timeout' } }, what);
    }),
  );
});

t.test('more than the length said is no answer to the next request', async t => {
  const port = await tcp(t, socket => {
    socket.on('data', () =>
      socket.write(
        'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nx: stolen\r\ncontent-length: 0\r\n\r\n',
      ),
    );
  });
  const made = await session(t, { url: `http://reg.test:${port}/v2` });
  for (let at = 0; at < 3; at += 1) {
    const sent = await made.http.send({ method: 'GET', url: made.url('') }, calm);
    if (at === 0) t.match(sent, { ok: true, value: { status: 200, body: '{}' } }, 'the first is as it says');
    t.ok(sent.ok ? sent.value.headers['x'] === undefined : sent.fault.code in checkCodes, 'what follows is not its');
  }
});

t.test('redirects in a ring end, also over two hosts', async t => {
  const ring =
    (to: () => string) =>
    (socket: Socket): void =>
      void socket.on('data', () => socket.write(`HTTP/1.1 302 x\r\nlocation: ${to()}\r\ncontent-length: 0\r\n\r\n`));
  const ports: number[] = [];
  ports.push(
    await tcp(
      t,
      ring(() => `http://cdn.test:${ports[1]}/v2/`),
    ),
  );
  ports.push(
    await tcp(
      t,
      ring(() => `http://reg.test:${ports[0]}/v2/`),
    ),
  );
  const checks = await walk(t, `http://reg.test:${ports[0]}/v2`);
  t.match(
    checks.find(({ id }) => id === 'registry.ping'),
    { outcome: 'fail', code: 'redirect-loop' },
  );
});

/** A nameserver that answers each query with these packets, and the same over TCP. */
const dns = async (owner: Owner, udp: (query: Buffer) => Buffer[], overTcp?: (query: Buffer) => Buffer) => {
  const port = await tcp(owner, socket => {
    socket.on('data', (chunk: Buffer) => {
      const answer = overTcp?.(chunk.subarray(2));
      if (answer === undefined) return void socket.destroy();
      const size = Buffer.alloc(2);
      size.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([size, answer]));
    });
  });
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    for (const packet of udp(query)) socket.send(packet, from.port, from.address);
  });
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  owner.teardown(() => socket.close());
  return testResolver(testNet({ dnsPort: port }));
};

const questionOf = (query: Buffer): Buffer => query.subarray(12, query.indexOf(0, 12) + 5);
const isA = (query: Buffer): boolean => questionOf(query).readUInt16BE(questionOf(query).length - 4) === 1;

/** An answer with an address for A and nothing for AAAA. */
const answerTo = (query: Buffer, { id = query.readUInt16BE(0), truncated = false } = {}): Buffer => {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(id, 0);
  head.writeUInt16BE(truncated ? 0x8380 : 0x8180, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(isA(query) && !truncated ? 1 : 0, 6);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 5]);
  return Buffer.concat([head, questionOf(query), ...(isA(query) && !truncated ? [record] : [])]);
};

t.test('an answer with another id is none, and the right one after it counts', async t => {
  const forged = await dns(t, query => [answerTo(query, { id: query.readUInt16BE(0) ^ 1 })]);
  const late = await dns(t, query => [answerTo(query, { id: query.readUInt16BE(0) ^ 1 }), answerTo(query)]);
  const [wrong, right] = await Promise.all([forged.resolve('a.test', calm), late.resolve('a.test', calm)]);
  t.match(wrong, { ok: false, fault: { code: 'dns-timeout' } });
  t.match(right, { ok: true, value: { addresses: ['192.0.2.5'] } });
});

t.test('a truncated answer is asked for again over TCP, as Go does', async t => {
  const good = await dns(
    t,
    query => [answerTo(query, { truncated: true })],
    query => answerTo(query),
  );
  t.match(await good.resolve('a.test', calm), { ok: true, value: { addresses: ['192.0.2.5'] } });
  const bad = await dns(t, query => [answerTo(query, { truncated: true })]);
  const found = await bad.resolve('a.test', calm);
  t.ok(
    !found.ok && found.fault.code in checkCodes && found.fault.code.startsWith('dns-'),
    'closed: a fault with a code',
  );
});

t.test('aliases in a ring and noise are a fault with a code', async t => {
  const ring = await dns(t, query => {
    const answer = answerTo(query);
    answer.writeUInt16BE(2, 6);
    const alias = (name: Buffer, to: Buffer): Buffer =>
      Buffer.concat([name, Buffer.from([0, 5, 0, 1, 0, 0, 0, 60, 0, to.length]), to]);
    const [own, other] = [Buffer.from([0xc0, 12]), Buffer.from([1, 98, 4, 116, 101, 115, 116, 0])];
    return [Buffer.concat([answer.subarray(0, 12 + questionOf(query).length), alias(own, other), alias(other, own)])];
  });
  const found = await ring.resolve('a.test', calm);
  t.match(found, { ok: false, fault: { code: 'dns-nodata' } });
  const property = fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async bytes => {
    // With the right id, so that it is read.
    const noise = await dns(t, query => [
      Buffer.concat([query.subarray(0, 2), Buffer.from([0x81, 0x80]), Buffer.from(bytes)]),
      answerTo(query),
    ]);
    const outcome = await noise.resolve('a.test', calm);
    t.ok(outcome.ok || outcome.fault.code in checkCodes);
  });
  await fc.assert(property, { numRuns: 25 });
});
