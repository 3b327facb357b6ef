import t from 'tap';
import { probeNodeClock } from '../../../src/agent/probe/node-clock.ts';

t.test('the median decides, so that one wrong server says nothing', t => {
  t.match(probeNodeClock([200, 3_600_000, -900]), { outcome: 'pass', code: null });
  t.match(probeNodeClock([-7_200_000, -7_200_500, 0]), {
    outcome: 'fail',
    code: 'clock-skewed',
    facts: { skewSeconds: -7200 },
  });
  t.match(probeNodeClock([120_000]).detail, /120 s behind/);
  t.match(probeNodeClock([]), { outcome: 'skip', code: 'not-told' });
  t.end();
});
