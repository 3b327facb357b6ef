import { setTimeout as sleep } from 'node:timers/promises';
import { failureLines, unrelatedLines } from './kubelet-lines.ts';
import { startStand } from './stand.ts';

const samples = 100;
const linesPerSecond = 5000;
const tickMs = 20;

const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

/** Milliseconds from a journal line being written to its finding being readable, while unrelated lines go by. */
export const benchLatency = async (): Promise<string[]> => {
  const stand = await startStand('latency');
  const noise = unrelatedLines(linesPerSecond);
  const noisy = await stand.journald.start('kubelet', ['cat'], { stdin: 'pipe' });
  const failing = await stand.journald.start('kubelet', ['cat'], { stdin: 'pipe' });
  const perTick = (linesPerSecond * tickMs) / 1000;
  let written = 0;
  const began = performance.now();
  const timer = setInterval(() => {
    // By the clock, not by the tick: a late timer must not thin the noise out.
    const due = Math.floor(((performance.now() - began) * linesPerSecond) / 1000);
    const count = Math.min(due - written, perTick * 10);
    const lines = Array.from({ length: count }, (_, index) => noise[(written + index) % noise.length] ?? '');
    noisy.child.stdin?.write(lines.map(line => `${line}\n`).join(''));
    written += count;
  }, tickMs);
  const times: number[] = [];
  try {
    for (let number = 0; number < samples; number += 1) {
      await sleep(150 + Math.random() * 200);
      const image = encodeURIComponent(`bench-${number}.lab.test/app:v1`);
      const start = performance.now();
      failing.child.stdin?.write(
        failureLines(number)
          .map(line => `${line}\n`)
          .join(''),
      );
      for (;;) {
        const response = await fetch(`${stand.server}/v1/findings?image=${image}`);
        const { items } = (await response.json()) as { items: unknown[] };
        if (items.length > 0) break;
        if (performance.now() - start > 30_000) throw new Error(`finding ${number} did not come within 30 s`);
        await sleep(10);
      }
      times.push(performance.now() - start);
    }
  } finally {
    clearInterval(timer);
    await noisy.stop();
    await failing.stop();
    await stand.stop();
  }
  const sorted = times.toSorted((a, b) => a - b);
  const rate = Math.round((written * 1000) / (performance.now() - began));
  return [
    `journal line -> finding readable, ${samples} findings beside ${rate} unrelated kubelet lines/s:`,
    `  median ${percentile(sorted, 0.5).toFixed(0)} ms, p99 ${percentile(sorted, 0.99).toFixed(0)} ms, max ${percentile(sorted, 1).toFixed(0)} ms (aim: 1000, 2000)`,
  ];
};
