import t from 'tap';
import * as v from 'valibot';
import { openapiOf } from '../../src/wire/openapi.ts';
import { causeSchema, stageSchema } from '../../src/wire/finding-schema.ts';

const thing = v.object({ cause: causeSchema, stage: stageSchema, name: v.exactOptional(v.string()) });

t.test('an operation is described by its schemas', t => {
  const document = openapiOf(
    [
      {
        ...{ method: 'GET', path: '/v1/things/{id}', summary: 'A thing' },
        query: { limit: v.optional(v.pipe(v.string(), v.metadata({ type: 'integer', examples: [5] }))) },
        answers: { 200: { says: 'it', schema: v.array(thing) } },
        problems: ['not-found'],
      },
    ],
    { version: '1', named: { Thing: thing } },
  );
  t.match(document, {
    paths: {
      '/v1/things/{id}': {
        get: {
          operationId: 'getV1ThingsId',
          parameters: [
            { name: 'id', in: 'path', required: true },
            { name: 'limit', in: 'query', required: false, schema: { type: 'integer' }, example: 5 },
          ],
          responses: {
            200: {
              content: {
                'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Thing' } } },
              },
            },
            404: { content: { 'application/problem+json': { examples: { 'not-found': { value: { status: 404 } } } } } },
          },
        },
      },
    },
    components: {
      schemas: { Thing: { required: ['cause', 'stage'], properties: { cause: { enum: ['image-name-invalid'] } } } },
    },
  });
  t.end();
});
