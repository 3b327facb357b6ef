// Times as people read them.
import { make } from './elements.js';

export const ago = time => {
  const minutes = Math.max(0, Math.round((Date.now() - time) / 60_000));
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`;
};
const clockText = time => {
  const at = new Date(time);
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday
    ? at.toLocaleTimeString([], { hour12: false })
    : `${at.toLocaleDateString()} ${at.toLocaleTimeString([], { hour12: false })}`;
};
/** How long, in its two largest units: 12 s, 3 min 20 s, 2 h 5 min. */
export const span = ms => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const [large, small, names] = seconds < 3600 ? [60, 1, ['min', 's']] : [3600, 60, ['h', 'min']];
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${names[0]}${rest === 0 ? '' : ` ${rest} ${names[1]}`}`;
};
export const when = time => {
  const iso = new Date(time).toISOString();
  return make('time', { datetime: iso, title: iso }, ago(time));
};
export const clock = time =>
  make(
    'time',
    { class: 'clock', datetime: new Date(time).toISOString(), title: new Date(time).toISOString() },
    clockText(time),
  );
