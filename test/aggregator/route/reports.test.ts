import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import t from 'tap';
import { PullpathError } from '../../../src/model/error.ts';
import { limits } from '../../../src/model/limits.ts';
import { getAny, postReport, sampleFull, sampleHeartbeat, sampleServer } from '../sample.ts';

const json = { 'content-type': 'application/json' };

type Posted = { status: number; type: string; body: Record<string, unknown> };
const post = async (
  app: FastifyInstance,
  payload: string | Buffer,
  headers: Record<string, string>,
): Promise<Posted> => {
  const response = await app.inject({ method: 'POST', url: '/v1/reports', headers, payload });
  return { status: response.statusCode, type: String(response.headers['content-type']), body: response.json() };
};

t.test('a report is answered 202, its repeat 200, and a heartbeat may ask for more', async t => {
  const { app } = sampleServer(t);
  t.same(await postReport(app, sampleFull()), { status: 202, body: { stored: true, resync: false, herd: {} } });
  t.same(await postReport(app, sampleFull()), { status: 200, body: { stored: false, resync: false, herd: {} } });
  t.same(await postReport(app, sampleHeartbeat({ seq: 9 }, 8)), {
    status: 202,
    body: { stored: true, resync: true, herd: {} },
  });
});

t.test('a packed report is taken, and the media type may carry its character set', async t => {
  const { app } = sampleServer(t);
  const packed = gzipSync(JSON.stringify(sampleFull()));
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'gzip' };
  t.match(await post(app, packed, headers), { status: 202, body: { stored: true } });
  t.match(await post(app, `\ufeff${JSON.stringify(sampleFull({ seq: 2 }))}`, json), { status: 202 });
});

t.test('what cannot be taken is refused with its code, and nothing is stored', async t => {
  const { app } = sampleServer(t);
  const good = JSON.stringify(sampleFull());
  const gzip = { ...json, 'content-encoding': 'gzip' };
  const over = ' '.repeat(limits.reportBytes);
  const cases: [string, string | Buffer, Record<string, string>, number, string][] = [
    ['no JSON', '{"schema":', json, 400, 'report-not-json'],
    ['nothing', '', json, 400, 'report-not-json'],
    ['nothing, packed', gzipSync(''), gzip, 400, 'report-not-json'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), json, 400, 'report-not-json'],
    ['too deep', `{"a":${'['.repeat(500_000)}`, json, 400, 'report-not-json'],
    ['another schema', good.replace('report/1', 'report/2'), json, 400, 'report-invalid'],
    ['a list', `[${good}]`, json, 400, 'report-invalid'],
    ['null', 'null', json, 400, 'report-invalid'],
    ['a wrong type', good.replace('"seq":1', '"seq":"1"'), json, 400, 'report-invalid'],
    ['a key of the prototype', '{"__proto__":{"kind":"full"}}', json, 400, 'report-invalid'],
    ['not packed', good, gzip, 400, 'encoding-broken'],
    ['cut short', gzipSync(good).subarray(0, 50), gzip, 400, 'encoding-broken'],
    ['another packing', good, { ...json, 'content-encoding': 'br' }, 415, 'encoding-unsupported'],
    ['text', good, { 'content-type': 'text/plain' }, 415, 'media-type-unsupported'],
    ['a form', good, { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'media-type-unsupported'],
    ['no type', good, {}, 415, 'media-type-unsupported'],
    ['a type that is none', good, { 'content-type': 'json' }, 415, 'media-type-unsupported'],
    ['too large', `${good}${over}`, json, 413, 'report-too-large'],
    ['too large unpacked', gzipSync(`${good}${over}`), gzip, 413, 'report-too-large'],
  ];
  for (const [title, payload, headers, status, code] of cases) {
    const answer = await post(app, payload, headers);
    t.match(answer, { status, body: { code, status } }, title);
    t.match(answer.type, 'application/problem+json', title);
  }
  t.same((await getAny(app, '/v1/nodes')).body, { items: [], next: null });
});

t.test('a field at fault is named', async t => {
  const { app } = sampleServer(t);
  const { body } = await postReport(app, { ...sampleFull(), node: { name: 'a', uid: '', bootId: 'b' } });
  t.match(body, { code: 'report-invalid', field: 'node.uid', detail: /node\.uid/ });
});

t.test('a store that cannot write gives 503, and a fault of the program 500 that says nothing', async t => {
  const { store } = sampleServer(t);
  const faults: [Error, number, string][] = [
    [new PullpathError('store-unavailable', 'the disk is full'), 503, 'store-unavailable'],
    [Object.assign(new Error('secret'), { code: 'ERR_SQLITE_ERROR', errcode: 1 }), 500, 'internal-error'],
  ];
  for (const [error, status, code] of faults) {
    const broken = { ...store, accept: () => Promise.reject(error) };
    const answer = await postReport(sampleServer(t, { store: broken }).app, sampleFull());
    t.match(answer, { status, body: { code } });
    t.notMatch(JSON.stringify(answer), 'secret');
  }
});

t.test('a database that cannot be used says when to ask again', async t => {
  const { store } = sampleServer(t);
  const down = { ...store, accept: () => Promise.reject(new PullpathError('store-unavailable', 'gone')) };
  const { app } = sampleServer(t, { store: down });
  const payload = JSON.stringify(sampleFull());
  const response = await app.inject({ method: 'POST', url: '/v1/reports', headers: json, payload });
  t.same([response.statusCode, response.headers['retry-after']], [503, String(limits.unavailableSeconds)]);
});
