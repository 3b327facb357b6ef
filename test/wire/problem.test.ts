import t from 'tap';
import { errorCodes } from '../../src/model/codes.ts';
import { problemOf, problemStatus } from '../../src/wire/problem.ts';

t.test('every problem has a listed code and a status of its kind', t => {
  for (const [code, status] of Object.entries(problemStatus)) {
    t.ok(code in errorCodes, code);
    t.ok(status >= 400 && status < 600, `${code} ${status}`);
  }
  t.end();
});

t.test('a problem document has the members of RFC 9457 and the place of the fault', t => {
  t.same(problemOf('query-invalid', 'limit: too large', { parameter: 'limit' }), {
    type: 'urn:pullpath:problem:query-invalid',
    title: errorCodes['query-invalid'],
    status: 400,
    detail: 'limit: too large',
    code: 'query-invalid',
    parameter: 'limit',
  });
  t.notOk('field' in problemOf('report-invalid', 'x', { field: null }));
  t.end();
});
