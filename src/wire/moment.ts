/** A time as RFC 3339 writes one, its zone included, as epoch milliseconds; null for anything else. */
export const readMoment = (text: string): number | null => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
};
