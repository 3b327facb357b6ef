import { pageSize } from './api.js';
import { element, make, number, row, table, tag } from './elements.js';
import { scopeWords } from './incidents.js';
import { when } from './times.js';

export const showRegistries = ({ items }) =>
  element('registry-table').replaceChildren(
    items.length === 0
      ? make('p', { class: 'dim' }, 'No node has walked the way to a registry yet.')
      : table(
          'Hosts that nodes ask for images',
          ['host', 'for', 'works', 'fails', 'not tested', 'silent', 'broken'],
          items.map(({ host, registries, passed, failed, notTested, stale, faults }) =>
            row(
              host,
              registries.filter(registry => registry !== host).join(', '),
              number(passed),
              failed > 0 ? make('td', { class: 'number' }, tag('fail', String(failed))) : number(0),
              number(notTested),
              number(stale),
              faults.map(({ cause, scope }) => `${cause} (${scopeWords[scope.kind] ?? scope.kind})`).join(', '),
            ),
          ),
        ),
  );

const worstOf = cells =>
  cells.find(({ outcome }) => outcome === 'fail') ?? cells.find(({ outcome }) => outcome === 'unknown') ?? cells[0];
const cellText = cell => {
  if (cell === undefined) return make('span', { class: 'dim' }, 'not tested');
  if (cell.outcome !== 'fail') return tag(cell.outcome, cell.outcome === 'pass' ? 'works' : 'not known');
  const title = `${cell.host}, ${cell.stage ?? 'pull'}: ${cell.cause ?? ''}${cell.when === null ? '' : `, ${new Date(cell.when).toISOString()}`}`;
  const shown = tag('fail', cell.code ?? cell.cause ?? 'fails');
  shown.title = title;
  return shown;
};

export const showMatrix = ({ items }, isPart) => {
  const registries = [...new Set(items.flatMap(({ cells }) => cells.map(({ registry }) => registry)))].sort();
  element('matrix-note').textContent = isPart
    ? `Of many nodes only those from which something fails, ${pageSize} at most; "pullpath matrix" shows all.`
    : '';
  element('matrix-table').replaceChildren(
    items.length === 0
      ? make('p', { class: 'dim' }, isPart ? 'Nothing fails.' : 'No node has reported yet.')
      : table(
          'Nodes and registries',
          ['node', ...registries],
          items.map(({ node, cells }) =>
            row(
              node,
              ...registries.map(registry => cellText(worstOf(cells.filter(cell => cell.registry === registry)))),
            ),
          ),
        ),
  );
};

export const statuses = ['failing', 'degraded', 'stale', 'unknown'];
export const showNodes = pages => {
  const nodes = pages.flatMap(({ items }) => items);
  const counts = statuses.map((status, at) => ({
    status,
    count: pages[at].items.length,
    more: pages[at].next !== null,
  }));
  const told = counts
    .filter(({ count }) => count > 0)
    .map(({ status, count, more }) => `${more ? 'over ' : ''}${count} ${status}`);
  element('summary').textContent = told.length === 0 ? 'Every node that reports is ok.' : `Nodes: ${told.join(', ')}`;
  element('nodes-note').textContent = pages.some(({ next }) => next !== null)
    ? `The first ${pageSize} of each status.`
    : '';
  element('node-table').replaceChildren(
    nodes.length === 0
      ? make('p', { class: 'calm' }, 'None: all are ok.')
      : table(
          'Nodes that are not ok',
          ['node', 'status', 'findings', 'waiting', 'causes', 'last seen'],
          nodes.map(({ name, status, errors, warnings, waiting, causes, lastSeen }) =>
            row(
              name,
              tag(status),
              number(errors + warnings),
              number(waiting),
              causes.map(({ cause, count }) => (count > 1 ? `${cause} ×${count}` : cause)).join(', '),
              when(lastSeen),
            ),
          ),
        ),
  );
};
