import t from 'tap';
import { limits } from '../../src/model/limits.ts';
import type { PulledImage, RetryRecord } from '../../src/model/report.ts';
import { pulledOf } from '../../src/scope/pulled-images.ts';

const hour = 3_600_000;
const came = 1_700_000_000_000;
const own = (image: string, at: number, outcome: RetryRecord['outcome'] = 'pulled'): RetryRecord => ({
  ...{ image, at, outcome, ms: 1, cause: null, message: null },
});
const image = 'docker.io/library/nginx:1';

const cases: { name: string; sentAt: number; pulled?: PulledImage[]; retries?: RetryRecord[]; says: PulledImage[] }[] =
  [
    { name: 'an older agent that tells none', sentAt: came, says: [] },
    {
      name: 'clocks that agree: the time as it is',
      sentAt: came,
      pulled: [{ image, at: came - 5 }],
      says: [{ image, at: came - 5 }],
    },
    {
      name: 'a clock that is ahead of the aggregator’s by years',
      sentAt: came + 20_000 * hour,
      pulled: [{ image, at: came + 19_999 * hour }],
      says: [{ image, at: came - hour }],
    },
    {
      name: 'a report that waited an hour says nothing newer than it knew',
      sentAt: came - hour,
      pulled: [{ image, at: came - hour - 5 }],
      says: [{ image, at: came - hour - 5 }],
    },
    {
      name: 'a clock that is behind by years makes old pulls, which prove nothing',
      sentAt: 5 * hour,
      pulled: [{ image, at: 4 * hour }],
      says: [{ image, at: 4 * hour }],
    },
    {
      name: 'a clock that was set back after the pull',
      sentAt: came - hour,
      pulled: [{ image, at: came + hour }],
      says: [{ image, at: came }],
    },
    {
      name: 'a clock that is ahead of all time makes no pull of the future',
      sentAt: Number.MAX_SAFE_INTEGER,
      pulled: [{ image, at: 7 }],
      says: [{ image, at: 0 }],
    },
    {
      name: 'however the agent’s own pull is spelled, an image is there once with its newest pull, the newest first',
      sentAt: came,
      pulled: [
        { image: 'other.example/a:1', at: came - 50 },
        { image, at: came - 90 },
      ],
      retries: [own('library/nginx:1', came - 20), own('other.example/b:1', came - 10, 'failed')],
      says: [
        { image, at: came - 20 },
        { image: 'other.example/a:1', at: came - 50 },
      ],
    },
  ];

for (const { name, sentAt, pulled, retries = [], says } of cases)
  t.test(name, t => {
    t.same(pulledOf({ ...(pulled ? { pulled } : {}), retries }, { sentAt, at: came }), says);
    t.end();
  });

t.test('of an endless list the newest are kept', t => {
  const pulled = Array.from({ length: 3000 }, (_, index) => ({ image: `r.example/a:${index}`, at: index }));
  const kept = pulledOf({ pulled, retries: [] }, { sentAt: came, at: came });
  t.equal(kept.length, limits.pulledImages);
  t.equal(kept[0]?.at, 2999);
  t.end();
});
