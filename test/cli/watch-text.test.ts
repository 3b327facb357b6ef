import t from 'tap';
import { painter } from '../../src/cli/output.ts';
import { watchLine } from '../../src/cli/watch-text.ts';
import { sampleIncident } from './sample-incident.ts';
import { sampleItem } from './sample-item.ts';
import { plainPage } from './plain-page.ts';

const how = { wide: false, ...plainPage };
const at = new Date(2026, 0, 31, 8, 5, 9).getTime();

t.test('an event is one line: when, what became of what', t => {
  const incident = sampleIncident({ title: 'reg.example fails' });
  t.equal(
    watchLine({ at, what: 'incident', change: 'opened', incident }, how),
    '08:05:09  incident  opened   i-0123456789abcdef  tls-unknown-authority  reg.example fails',
  );
  t.match(watchLine({ at, what: 'incident', change: 'changed', incident }, how), '  incident  growing  i-');
  t.equal(
    watchLine({ at, what: 'finding', change: 'closed', finding: sampleItem() }, how),
    '08:05:09  finding   closed   node-1  dns-failure  reg.example does not resolve',
  );
  t.end();
});

t.test('it keeps to the page unless it is wanted in full, and commands nothing', t => {
  const incident = sampleIncident({ title: `\u001b[2J${'long '.repeat(50)}` });
  const line = watchLine({ at, what: 'incident', change: 'opened', incident }, how);
  t.ok(line.length <= plainPage.width);
  t.match(line, /…$/);
  const broad = watchLine({ at, what: 'incident', change: 'opened', incident }, { ...how, width: 140 });
  t.ok(broad.length > plainPage.width && broad.length <= 140, 'a wider terminal shows more');
  t.notMatch(line, '\u001b');
  t.ok(watchLine({ at, what: 'incident', change: 'opened', incident }, { ...how, wide: true }).length > 200);
  const warning = sampleIncident({ severity: 'warning' });
  const painted = { ...how, paint: painter(true) };
  t.match(watchLine({ at, what: 'incident', change: 'opened', incident: warning }, painted), '\u001b[33mopened');
  t.match(watchLine({ at, what: 'incident', change: 'opened', incident }, painted), '\u001b[31mopened');
  t.end();
});
