import { ask } from './api.js';
import { element, make, plural, tag } from './elements.js';
import { when } from './times.js';

export const scopeWords = {
  node: 'one node',
  nodes: 'some nodes',
  registry: 'the registry',
  workload: 'the image, on every node',
  unknown: 'reach not known yet',
};

const namesOf = ({ count, names }) => {
  const shown = names.slice(0, 20).join(', ');
  return count > Math.min(names.length, 20) ? `${shown} and ${count - Math.min(names.length, 20)} more` : shown;
};

const sharedText = ({ name, value, failing, passing }) =>
  `${value === null ? `no ${name}` : `${name}=${value}`} (${failing} that fail, ${passing} that work)`;

const recoveryWords = {
  pulled: 'pulled it',
  pulling: 'pulls it',
  watching: 'watches',
  held: 'waits',
  refused: 'does not pull',
};
/** What agents do about findings, or why nothing; those alike are one line. */
const recoveryLines = findings => {
  const groups = new Map();
  for (const { recovery, nodeUid } of findings) {
    if (recovery === undefined) continue;
    const { state, code = '', says } = recovery;
    const key = `${state} ${code === '' && state === 'watching' ? says : code}`;
    const group = groups.get(key) ?? { state, code, says, nodes: new Set() };
    groups.set(key, { ...group, nodes: group.nodes.add(nodeUid) });
  }
  const order = Object.keys(recoveryWords);
  return [...groups.values()]
    .sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state))
    .map(({ state, code, says, nodes }) =>
      make(
        'li',
        null,
        tag(state, `${recoveryWords[state] ?? state} on ${plural(nodes.size, 'node')}`),
        ` ${says}`,
        code === '' ? null : make('code', { class: 'dim' }, ` ${code}`),
      ),
    );
};

/** By incident: what its findings said of recovery when it was looked at last, so that nothing blinks when the page is renewed. */
const recoveries = new Map();
const showRecovery = async (box, id) => {
  const place = box.querySelector('.recovery');
  const fill = findings => {
    const lines = recoveryLines(findings);
    place.replaceChildren(
      ...(lines.length === 0
        ? []
        : [make('p', null, 'What pullpath does about it, image by image:'), make('ul', null, ...lines)]),
    );
  };
  fill(recoveries.get(id) ?? []);
  const detail = await ask(`incidents/${encodeURIComponent(id)}`).catch(() => null);
  if (detail === null) return;
  recoveries.set(id, detail.findingItems);
  fill(detail.findingItems);
};

const incidentBox = (incident, wasOpen) => {
  const { scope, pods, fix, severity, state } = incident;
  const { evidence, shared } = scope;
  const facts = [
    make(
      'span',
      null,
      scope.kind === 'unknown' ? 'Reach not known yet' : `Hits ${scopeWords[scope.kind] ?? scope.kind}`,
    ),
    make('span', null, plural(scope.nodes.count, 'node')),
    pods.count > 0 ? make('span', null, `${plural(pods.count, 'container')} waiting`) : null,
    make('span', null, state),
    make('span', null, 'since ', when(incident.since)),
    make('code', null, incident.cause),
  ];
  const rest = [
    [evidence.notTested, 'did not try'],
    [evidence.stale, 'silent'],
    [evidence.flapping, 'undecided'],
  ].flatMap(([count, what]) => (count > 0 ? [` ${count} ${what}.`] : []));
  const steps = fix.map(({ say, run }) =>
    make('li', null, say, run === undefined ? null : make('pre', { tabindex: '0' }, run)),
  );
  const box = make(
    'details',
    { class: `incident ${severity} ${state}`, 'data-id': incident.id },
    make('summary', null, make('strong', null, incident.title), make('div', { class: 'facts' }, ...facts)),
    make(
      'div',
      { class: 'inside' },
      make('p', null, `${scope.why.slice(0, 1).toUpperCase()}${scope.why.slice(1)}.${rest.join('')}`),
      make('p', null, `Nodes: ${namesOf(scope.nodes)}`),
      shared.length > 0 ? make('p', null, `They share ${shared.map(sharedText).join('; ')}`) : null,
      pods.some.length > 0
        ? make(
            'p',
            null,
            `Waiting: ${pods.some
              .slice(0, 10)
              .map(one => `${one.namespace}/${one.pod} on ${one.node}`)
              .join(', ')}`,
          )
        : null,
      steps.length > 0 ? make('ol', null, ...steps) : null,
      make('div', { class: 'recovery' }),
      make('p', { class: 'dim' }, make('code', null, `pullpath incident ${incident.id}`)),
    ),
  );
  box.addEventListener('toggle', () => {
    if (box.open) void showRecovery(box, incident.id);
  });
  // Opening it by hand or here calls the listener.
  box.open = wasOpen;
  return box;
};

export const showIncidents = ({ items, next }) => {
  const list = element('incident-list');
  // What is worst is told whole, until the reader closes it.
  const isFirst = list.childElementCount === 0;
  const open = new Set([...list.querySelectorAll('details[open]')].map(one => one.dataset.id));
  const worst = items.toSorted((one, other) =>
    one.severity === other.severity
      ? other.scope.nodes.count - one.scope.nodes.count
      : one.severity === 'error'
        ? -1
        : 1,
  );
  list.replaceChildren(
    ...(items.length === 0
      ? [make('p', { class: 'calm' }, 'None: nothing is broken that any node knows of.')]
      : worst.map((one, at) => incidentBox(one, open.has(one.id) || (at === 0 && isFirst)))),
    ...(next === null ? [] : [make('p', { class: 'dim' }, `The newest ${items.length}; there are more.`)]),
  );
};
