import t from 'tap';
import { limits } from '../../src/model/limits.ts';
import { check, image, start, waiting, walkOf } from './recover-world.ts';

t.setTimeout(170_000);

t.test('a path that heals: asked until it passes, walked, pulled once, and the pod’s gain is told', async t => {
  const { recoverer, world, seen, records, notes, pass } = start(t, { passes: false });
  await pass(20);
  t.ok(seen.asked >= 8 && seen.asked <= 12, `${seen.asked} times in 20 s`);
  t.same([seen.walked, seen.pulled], [0, []]);
  t.match(notes(), { state: 'watching' });
  world.passes = true;
  await pass(5);
  t.same([seen.walked, seen.pulled], [1, [image]]);
  t.match(records, [{ outcome: 'pulled', watched: { check: 'tcp.connect', host: 'reg.test' }, healedAt: Number }]);
  t.match(notes(), { state: 'pulled' });
  const pull = { image, nextAttemptAt: 400_000 } as never;
  recoverer.ran([pull], 30_000);
  recoverer.ran([pull], 99_000);
  t.match(records[0], { ranAt: 30_000, savedMs: 370_000 });
  await pass(600);
  t.equal(seen.pulled.length, 1, 'once');
});

t.test(
  'a rate-limited registry is sent nothing before the time that it named, and then one walk and one pull',
  async t => {
    const limited = waiting({
      cause: 'rate-limited',
      retry: 'wait',
      step: { check: 'registry.ping', host: 'reg.test' },
    });
    const { recoverer, seen, pass } = start(t, { images: [limited] });
    const fault = check('registry.ping', { outcome: 'fail', code: 'rate-limited', facts: { retryAfterSeconds: 120 } });
    recoverer.noteWalk(walkOf([fault]));
    await pass(119);
    t.same([seen.asked, seen.walked, seen.pulled], [0, 0, []]);
    await pass(5);
    t.same([seen.asked, seen.walked, seen.pulled], [0, 1, [image]]);
  },
);

t.test('a pull that fails counts and backs off: six an hour', async t => {
  const { seen, pass } = start(t, { answer: { ok: false, code: 'UNKNOWN', details: 'EOF' } });
  await pass(3500, 5);
  t.ok(seen.pulled.length >= 4 && seen.pulled.length <= limits.recoverImageHour, `${seen.pulled.length}`);
});

t.test('thirty pulls an hour on one node, two at a time', async t => {
  const images = Array.from({ length: 60 }, (_none, at) =>
    waiting({ image: `r${at}.test/app:1`, registry: `r${at}.test`, step: { check: 'pull', host: null } }),
  );
  const { seen, pass } = start(t, { images });
  await pass(300);
  t.equal(seen.pulled.length, limits.recoverNodeHour);
});

t.test('credentials that the operator named are used for what is private, and for nothing else', async t => {
  const auth = { username: 'robot', password: 'secret' };
  const own = start(t, { images: [waiting({ isPrivate: true })], auth });
  await own.pass(5);
  t.same(own.seen.auth, [auth]);
  const open = start(t, { auth });
  await open.pass(5);
  t.same(open.seen.auth, [null]);
});

t.test('a walk that finds another break pulls nothing', async t => {
  const broken = walkOf(
    [check('registry.ping')],
    [{ severity: 'error', cause: 'registry-error', evidence: [] } as never],
  );
  const { seen, pass } = start(t, { walk: broken });
  await pass(120);
  t.same(seen.pulled, []);
  t.ok(seen.walked >= 1 && seen.walked < 12, `${seen.walked} walks in two minutes`);
});

t.test('off does nothing, also when asked', async t => {
  const { recoverer, seen, records, pass } = start(t, { options: { mode: 'off' } });
  recoverer.ask(image);
  await pass(60);
  t.same([seen.asked, seen.walked, seen.pulled, records], [0, 0, [], []]);
});

t.test('confirm pulls a new failure once, without asking or walking', async t => {
  const { seen, pass } = start(t, {
    options: { mode: 'confirm' },
    answer: { ok: false, code: 'UNKNOWN', details: 'EOF' },
  });
  await pass(300);
  t.same([seen.asked, seen.walked, seen.pulled], [0, 0, [image]]);
});
