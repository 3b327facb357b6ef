import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { version } from '../../lib/version.ts';
import { findingAnswerSchema, findingDetailSchema, nodeAnswerSchema, nodeSummarySchema } from '../../wire/api.ts';
import { reachabilitySchema, reportAnswerSchema } from '../../wire/api.ts';
import { driftSchema, imageSchema, matrixRowSchema, registrySchema } from '../../wire/cluster-schema.ts';
import { incidentDetailSchema, incidentSchema, scopeSchema } from '../../wire/incident-schema.ts';
import { openapiOf } from '../../wire/openapi.ts';
import { reportSchema } from '../../wire/report-schema.ts';
import { workloadCheckSchema } from '../../wire/workload-schema.ts';
import { operation, operationsOf, resource } from '../resource.ts';

const named = {
  ...{ NodeSummary: nodeSummarySchema, Node: nodeAnswerSchema, Reachability: reachabilitySchema },
  ...{ Finding: findingAnswerSchema, FindingDetail: findingDetailSchema, WorkloadCheck: workloadCheckSchema },
  ...{ Incident: incidentSchema, IncidentDetail: incidentDetailSchema, Scope: scopeSchema },
  ...{ Registry: registrySchema, MatrixRow: matrixRowSchema, Image: imageSchema, Drift: driftSchema },
  ...{ Report: reportSchema, ReportAnswer: reportAnswerSchema },
};

const documentSchema = v.object({
  openapi: v.literal('3.1.0'),
  info: v.object({ title: v.string(), version: v.string() }),
  paths: v.record(v.string(), v.record(v.string(), v.unknown())),
});

/** `GET /openapi.json`: the description of every operation, from the schemas that they are made with. */
export const openapiRoutes = (app: FastifyInstance): void => {
  let document: object | null = null;
  resource(app, '/openapi.json', {
    GET: operation({
      summary: 'This description',
      open: true,
      answers: { 200: { says: 'OpenAPI 3.1', schema: documentSchema } },
      handle: () => Promise.resolve((document ??= openapiOf(operationsOf(app), { version, named }))),
    }),
  });
};
