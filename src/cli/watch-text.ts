import type { Incident } from '../model/incident.ts';
import type { FindingHead } from '../wire/event-schema.ts';
import { oneLine, type Page } from './output.ts';

/** What became of something. */
type Change = 'opened' | 'changed' | 'closed';

/** Something that happened: `at` by the aggregator's clock, epoch milliseconds. */
export type Happening = { at: number; change: Change } & (
  { what: 'incident'; incident: Incident } | { what: 'finding'; finding: FindingHead }
);

const meanings = { opened: 'bad', changed: 'poor', closed: 'good' } as const;

const clockText = (at: number): string => {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(part => String(part).padStart(2, '0')).join(':');
};

const stateText = (happening: Happening): string => {
  const { change, what } = happening;
  return what === 'incident' && change === 'changed' ? happening.incident.state : change;
};

const aboutText = (happening: Happening): string => {
  if (happening.what === 'incident') {
    const { id, cause, title } = happening.incident;
    return `${oneLine(id)}  ${cause}  ${oneLine(title)}`;
  }
  const { node, cause, title } = happening.finding;
  return `${oneLine(node)}  ${cause}  ${oneLine(title)}`;
};

/** An event as a line: when (this machine's time of day), what became of what, and of an incident the line that an alert carries. */
export const watchLine = (happening: Happening, { wide, paint, width }: Page & { wide: boolean }): string => {
  const { at, change, what } = happening;
  const state = stateText(happening);
  const severity = what === 'incident' ? happening.incident.severity : happening.finding.severity;
  const meaning = change === 'opened' && severity === 'warning' ? 'poor' : meanings[change];
  const start = `${clockText(at)}  ${what.padEnd(8)}  `;
  const about = aboutText(happening);
  const room = width - start.length - 9;
  return `${start}${paint(state, meaning)}${' '.repeat(Math.max(1, 9 - state.length))}${wide || about.length <= room ? about : `${about.slice(0, room - 1)}…`}`;
};
