// The page: shows what the API says, and again whenever the stream tells of a change.
import { ask, fetchAnswer, hasToken, pageSize, signIn } from './api.js';
import { element } from './elements.js';
import { showIncidents } from './incidents.js';
import { showPulls } from './pulls.js';
import { showMatrix, showNodes, showRegistries, statuses } from './tables.js';
import { ago } from './times.js';

const shownPulls = 20;
let lastEventId = '';

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
  const response = await fetchAnswer('stream', resume);
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
  element('refusal').textContent = hasToken() ? error.message : '';
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
  signIn(element('token').value.trim());
  element('token').value = '';
  void run();
});
// Ages grow while nothing happens.
setInterval(() => {
  for (const time of document.querySelectorAll('time:not(.clock)')) time.textContent = ago(Date.parse(time.dateTime));
}, 30_000);
void run();
