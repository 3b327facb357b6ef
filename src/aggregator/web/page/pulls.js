import { element, make, plural, row, table, tag } from './elements.js';
import { clock, span } from './times.js';

const outcomeCell = ({ outcome, ms, cause, rule, message, at }) => {
  if (rule !== undefined) {
    const shown = tag('held', `not pulled: ${rule}`);
    shown.title = message ?? rule;
    return shown;
  }
  if (outcome !== 'pulled') return tag('fail', outcome === 'failed' ? `failed: ${cause ?? 'other'}` : 'no runtime');
  return make('span', null, clock(at), make('span', { class: 'dim' }, ` in ${span(ms)}`));
};
const healedCell = ({ healedAt, watched }) => {
  if (healedAt === undefined) return '';
  const asked = watched === undefined ? '' : ` ${watched.check}, asked ${watched.times}×`;
  return make('span', null, clock(healedAt), make('span', { class: 'dim' }, asked));
};
const ranCell = ({ ranAt, healedAt }) => {
  if (ranAt === undefined) return '';
  const after = healedAt === undefined ? '' : ` ${span(ranAt - healedAt)} after it healed`;
  return make('span', null, clock(ranAt), make('span', { class: 'dim' }, after));
};

export const showPulls = ({ items, next }) => {
  const gained = items.flatMap(({ outcome, savedMs }) => (outcome === 'pulled' ? (savedMs ?? []) : []));
  const sum = gained.reduce((total, ms) => total + ms, 0);
  element('recovery-section').hidden = items.length === 0;
  element('recovery-note').textContent = [
    ...(gained.length === 0
      ? []
      : [`${plural(gained.length, 'pull')}, ${span(sum)} gained on the kubelet’s own next attempts.`]),
    ...(next === null ? [] : [`The newest ${items.length}.`]),
  ].join(' ');
  element('recovery-table').replaceChildren(
    table(
      'Pulls of the agents’ own',
      ['image', 'node', 'healed', 'pulled', 'pod ran', 'gained'],
      items.map(item =>
        row(
          make('span', { class: 'image' }, item.image),
          make('td', { class: 'name' }, item.node),
          healedCell(item),
          outcomeCell(item),
          ranCell(item),
          make('td', { class: 'number' }, item.savedMs === undefined ? '' : span(item.savedMs)),
        ),
      ),
    ),
  );
};
