const lastDay = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** A time as RFC 3339 writes one, its zone included, as epoch milliseconds; null for anything else. */
export const readMoment = (text: string): number | null => {
  const form = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;
  const [year = NaN, month = NaN, day = NaN] = form.exec(text)?.slice(1).map(Number) ?? [];
  // `Date` takes the 30th of February for the 2nd of March.
  if (!(day <= lastDay(year, month))) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
};
