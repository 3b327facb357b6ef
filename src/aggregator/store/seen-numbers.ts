/**
 * Which report numbers of a boot are stored, as ascending ranges: `1-4200,4203-4210`. Agents number without gaps, so
 * a node's whole past is one short text, where a row a report would be 43 million a day from 15,000 nodes.
 */
type Range = { from: number; to: number };

/** A gap is what an agent dropped. Beyond this many the oldest is taken as filled: nobody sends those any more. */
const maxRanges = 64;

const parse = (text: string): Range[] =>
  text === ''
    ? []
    : text.split(',').map(part => {
        const [from, to] = part.split('-').map(Number);
        return { from: from ?? 0, to: to ?? from ?? 0 };
      });

const print = (ranges: Range[]): string =>
  ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(',');

/** The highest number of the text; -1 of the empty one. */
export const highestSeen = (text: string): number => parse(text).at(-1)?.to ?? -1;

/** The text with one more number, or null where it holds that number already. */
export const withSeen = (text: string, number: number): string | null => {
  const ranges = parse(text);
  let at = ranges.length;
  while (at > 0 && (ranges[at - 1]?.from ?? 0) > number) at -= 1;
  const before = ranges[at - 1];
  const after = ranges[at];
  if (before && number <= before.to) return null;
  const joinsBefore = before?.to === number - 1;
  const joinsAfter = after?.from === number + 1;
  const joined = { from: joinsBefore ? before.from : number, to: joinsAfter ? after.to : number };
  ranges.splice(joinsBefore ? at - 1 : at, Number(joinsBefore) + Number(joinsAfter), joined);
  if (ranges.length > maxRanges) {
    const [first = joined, second = joined] = ranges;
    ranges.splice(0, 2, { from: first.from, to: second.to });
  }
  return print(ranges);
};
