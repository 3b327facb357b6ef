import t from 'tap';
import { errorCodes, isPage, statusFault } from '../../../src/agent/probe/http-fault.ts';
import type { HttpAnswer } from '../../../src/agent/probe/http-client.ts';

const answer = (status: number, body = '', type = 'application/json'): HttpAnswer => ({
  ...{ status, body, challenges: [], redirects: [], url: new URL('https://reg.test/v2/') },
  ...{ headers: { 'content-type': type }, pauseMs: 59_001 },
});

t.test('a status alone gives its code', t => {
  const cases: [number, string][] = [
    [429, 'rate-limited'],
    [401, 'auth-required'],
    [403, 'forbidden'],
    [500, 'registry-error'],
    [503, 'registry-error'],
    [418, 'unexpected-status'],
  ];
  for (const [status, code] of cases) t.equal(statusFault(answer(status)).code, code);
  t.equal(statusFault(answer(404, '', 'text/html')).code, 'not-a-registry');
  for (const status of [429, 503])
    t.match(statusFault(answer(status)), { detail: /try again after 60 s/, facts: { retryAfterSeconds: 60 } });
  t.end();
});

t.test('a page is known by its type or its beginning', t => {
  t.ok(isPage(answer(200, '', 'text/html; charset=utf-8')));
  t.ok(isPage(answer(200, ' <!DOCTYPE html>', 'application/octet-stream')));
  t.notOk(isPage(answer(200, '{}')));
  t.end();
});

t.test('error codes are read from a registry’s body, and from nothing else', t => {
  t.same(errorCodes('{"errors":[{"code":"NAME_UNKNOWN"},{"no":1},null]}'), ['NAME_UNKNOWN']);
  for (const body of ['', 'null', '[]', '{"errors":{}}', '<html>']) t.same(errorCodes(body), [], body);
  t.end();
});
