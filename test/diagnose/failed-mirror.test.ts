import t from 'tap';
import { readFailedMirror } from '../../src/diagnose/failed-mirror.ts';
import { readLogLine } from '../../src/parse/log-line.ts';

/** Lines of real pulls, by containerd 1.6, 1.7 and 2.1. */
const line = (rest: string): string => `time="2026-11-21T23:08:29.018815830Z" level=info ${rest}`;
const request = (url: string, why: string): string =>
  `error="failed to do request: Head \\"https://${url}\\": ${why}" host=${url.split('/')[0] ?? ''}`;
const refused = 'dial tcp 127.1.0.8:443: connect: connection refused';

t.test('a failed host is a mirror by its request or by the next one that follows', t => {
  const cases: [string, string, string | null][] = [
    [
      'a mirror that refuses',
      `msg="trying next host" ${request('m.test/v2/app/manifests/v1?ns=reg.test', refused)}`,
      'reg.test',
    ],
    [
      'the last one too',
      `msg="fetch failed" ${request('m.test/v2/app/manifests/v1?ns=docker.io', refused)}`,
      'docker.io',
    ],
    ['a registry itself', `msg="trying next host" ${request('reg.test/v2/app/manifests/v1', refused)}`, null],
    [
      'a pull that was given up',
      `msg="trying next host" ${request('m.test/v2/app/manifests/v1?ns=reg.test', 'context canceled')}`,
      null,
    ],
    [
      'an error before another host',
      'msg="trying next host after status: 503 Service Unavailable" host=m.test',
      'not told',
    ],
    ['a mirror without the image', 'msg="trying next host after status: 404 Not Found" host=m.test', null],
    ['the same of containerd 1.x', 'msg="trying next host - response was http.StatusNotFound" host=m.test', null],
    ['the last host', 'msg="fetch failed after status: 429 Too Many Requests" host=m.test', null],
  ];
  for (const [title, rest, wanted] of cases) {
    const [event] = readLogLine(line(rest), 5).events;
    t.equal(event?.kind, 'host-failed', title);
    const mirror = event?.kind === 'host-failed' ? readFailedMirror(event) : null;
    t.equal(mirror === null ? null : (mirror.registry ?? 'not told'), wanted, title);
    if (mirror !== null) t.match(mirror, { host: 'm.test', at: 5, firstAt: 5 });
  }
  t.end();
});
