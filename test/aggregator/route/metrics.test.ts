import t from 'tap';
import { sampleServer } from '../sample.ts';

t.test('metrics come in the text format of Prometheus', async t => {
  const { app } = sampleServer(t);
  const response = await app.inject('/metrics');
  t.equal(response.statusCode, 200);
  t.match(response.headers['content-type'], 'text/plain; version=0.0.4');
  t.match(response.body, /^# TYPE pullpath_nodes gauge$/m);
});
