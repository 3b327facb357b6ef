import t from 'tap';
import { alsoOf, explains, isHarmless, pick, readOne, weights, type Reading } from '../../src/diagnose/reading.ts';

const read = (text: string): Reading => readOne({ text, fields: new Map() }, text);

const secret = read(
  'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
);
const refused = read(
  'Failed to pull image "a.example/x:1": pull access denied, repository does not exist or may require authorization',
);
const down = read('Failed to pull image "a.example/x:1": dial tcp 192.0.2.1:443: connect: connection refused');
const waits = read('Back-off pulling image "a.example/x:1"');
const unknown = read('Failed to pull image "a.example/x:1": something else went wrong');
const nothing = read('Started container app');

t.test('a reading weighs by how much it says', t => {
  t.same(
    [down, unknown, waits, nothing].map(({ weight }) => weight),
    [weights.sure, weights.other, weights.backoff, weights.none],
  );
  t.same(
    [down, unknown, waits, nothing].map(({ cause }) => cause),
    ['network-unreachable', 'other', 'backoff-only', 'not-a-pull-failure'],
  );
  t.end();
});

t.test('what says most counts, else the reason for it', t => {
  t.equal(pick([]), null);
  t.equal(pick([nothing, waits, unknown, down]), down);
  t.equal(pick([refused, secret]), secret);
  t.equal(pick([secret, down]), down, 'a secret that is missing did no harm where nothing was refused');
  t.equal(pick([secret, waits]), secret);
  t.ok(explains(secret, 'auth-required'));
  t.notOk(explains(secret, 'dns-failure'));
  t.same([secret, down].map(isHarmless), [true, false]);
  t.end();
});

t.test('what the others say stays open', t => {
  t.same(alsoOf(waits, [waits]), waits.also);
  const also = alsoOf(down, [waits, down, refused]);
  t.ok(also.includes(refused.cause));
  t.notOk(also.includes(down.cause));
  t.notOk(also.includes('backoff-only'));
  t.end();
});

t.test('a failure behind which mirrors failed too leaves them open', t => {
  const text = (cause: string): string =>
    `Failed to pull image "r.example/a:1": rpc error: code = Unknown desc = (Mirrors also failed: [m.example/a:1: reading manifest 1 in m.example/a: manifest unknown]): r.example/a:1: pinging container registry r.example: Get "https://r.example/v2/": ${cause}`;
  const { cause, also } = read(text('dial tcp 192.0.2.1:443: i/o timeout'));
  t.equal(cause, 'network-timeout');
  t.ok(also.includes('mirror-failure'));
  t.notOk(read(text('').replace('Mirrors also failed', 'No mirrors')).also.includes('mirror-failure'));
  t.end();
});
