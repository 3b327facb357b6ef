// The page: asks the API as any reader does and shows what it says. All text goes in as text, never as markup.
const element = id => document.getElementById(id);
const pageSize = 100;
const shownPulls = 20;
let token = sessionStorage.getItem('pullpath-token') ?? '';
let lastEventId = '';

/** Makes an element; children are elements or texts. */
const make = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
  made.append(...children.filter(child => child !== null));
  return made;
};
const plural = (count, one) => `${count} ${one}${count === 1 ? '' : 's'}`;
const headers = () => (token === '' ? {} : { authorization: `Bearer ${token}` });

/** A failed answer, with what the problem document says. */
class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

const refusalOf = async response => {
  const problem = await response.json().catch(() => ({}));
  return new Refusal(response.status, problem.detail ?? `the aggregator answers with status ${response.status}`);
};

// Relative, so that it works behind the API server's service proxy as well.
const ask = async path => {
  const response = await fetch(`./v1/${path}`, { headers: headers() });
  if (!response.ok) throw await refusalOf(response);
  return response.json();
};

const ago = time => {
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
const span = ms => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const [large, small, names] = seconds < 3600 ? [60, 1, ['min', 's']] : [3600, 60, ['h', 'min']];
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${names[0]}${rest === 0 ? '' : ` ${rest} ${names[1]}`}`;
};
const when = time => {
  const iso = new Date(time).toISOString();
  return make('time', { datetime: iso, title: iso }, ago(time));
};
const clock = time =>
  make(
    'time',
    { class: 'clock', datetime: new Date(time).toISOString(), title: new Date(time).toISOString() },
    clockText(time),
  );
const tag = (word, text = word) => make('span', { class: `tag ${word}` }, text);

const scopeWords = {
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
    make('span', null, `Hits ${scopeWords[scope.kind] ?? scope.kind}`),
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
      make('p', null, `${scope.why}.${rest.join('')}`),
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

const counted = new Set(['gained', 'works', 'fails', 'not tested', 'silent', 'findings', 'waiting']);
const table = (caption, heads, rows) =>
  make(
    'table',
    { 'aria-label': caption },
    make(
      'thead',
      null,
      make(
        'tr',
        null,
        ...heads.map(head => make('th', { scope: 'col', class: counted.has(head) ? 'number' : '' }, head)),
      ),
    ),
    make('tbody', null, ...rows),
  );
const row = (name, ...cells) =>
  make(
    'tr',
    null,
    make('th', { scope: 'row' }, name),
    ...cells.map(cell => (cell.tagName === 'TD' ? cell : make('td', null, cell))),
  );
const number = value => make('td', { class: 'number' }, String(value));

const showIncidents = ({ items, next }) => {
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

const showPulls = ({ items, next }) => {
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

const showRegistries = ({ items }) =>
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

const showMatrix = ({ items }, isPart) => {
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

const statuses = ['failing', 'degraded', 'stale', 'unknown'];
const showNodes = pages => {
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

const load = async () => {
  const [incidents, pulls, registries, firstRows, ...nodes] = await Promise.all([
    ask(`incidents?limit=${pageSize}`),
    ask(`retries?limit=${shownPulls}`),
    ask(`registries?limit=${pageSize}`),
    ask(`matrix?limit=${pageSize}`),
    ...statuses.map(status => ask(`nodes?status=${status}&limit=${pageSize}`)),
  ]);
  const isPart = firstRows.next !== null;
  const rows = isPart ? await ask(`matrix?outcome=fail&limit=${pageSize}`) : firstRows;
  showIncidents(incidents);
  showPulls(pulls);
  showRegistries(registries);
  showMatrix(rows, isPart);
  showNodes(nodes);
  element('main').hidden = false;
  element('login').hidden = true;
};

const live = text => {
  element('live').textContent = text;
};

const wait = ms => new Promise(resolve => setTimeout(resolve, ms));

let isDue = false;
/** Loads again soon; of many events once. */
const reloadSoon = async () => {
  if (isDue) return;
  isDue = true;
  await wait(1000);
  isDue = false;
  await load().catch(error => live(`Not up to date: ${error.message}`));
};

/** Follows the stream; every event makes the page load anew, and a reader that was cut off goes on where it was. */
const follow = async () => {
  const resume = lastEventId === '' ? {} : { 'last-event-id': lastEventId };
  const response = await fetch('./v1/stream', { headers: { ...headers(), ...resume } });
  if (!response.ok) throw await refusalOf(response);
  live('Live');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith('id: ')) lastEventId = line.slice(4);
      if (line.startsWith('event: ')) void reloadSoon();
    }
  }
};

const askToken = error => {
  element('main').hidden = true;
  element('login').hidden = false;
  element('summary').textContent = 'A token is needed to read.';
  element('refusal').textContent = token === '' ? '' : error.message;
  live('');
  element('token').focus();
};

const run = async () => {
  for (;;) {
    try {
      await load();
      await follow();
    } catch (error) {
      if (error.status === 401 || error.status === 403) {
        askToken(error);
        return;
      }
      live(`Not connected: ${error.message}`);
    }
    await wait(3000);
  }
};

element('login').addEventListener('submit', event => {
  event.preventDefault();
  token = element('token').value.trim();
  element('token').value = '';
  sessionStorage.setItem('pullpath-token', token);
  void run();
});
// Ages grow while nothing happens.
setInterval(() => {
  for (const time of document.querySelectorAll('time:not(.clock)')) time.textContent = ago(Date.parse(time.dateTime));
}, 30_000);
void run();
