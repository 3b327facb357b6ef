const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a duration as Go's time.ParseDuration takes it (`1m30s`, `1.5h`, `0`), or null where it is an error. */
export const parseGoDuration = (text: string): number | null => {
  const match = /^([+-]?)(.*)$/s.exec(text);
  const body = match?.[2] ?? '';
  if (body === '0') return 0;
  if (!/^(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return null;
  let total = 0;
  for (const [, number = '', unit = ''] of body.matchAll(/([0-9.]+)([a-zµμ]+)/g))
    total += Number(number) * (unitMs[unit] ?? 0);
  return match?.[1] === '-' ? -total : total;
};
