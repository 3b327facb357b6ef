import type { FastifyInstance } from 'fastify';
import { webPage, type WebPage } from '../web/page.ts';
import { operation, resource } from '../resource.ts';

/** `GET /`: a page for people, which asks this API by itself. */
export const pageRoutes = (app: FastifyInstance): void => {
  let page: WebPage | null = null;
  resource(app, '/', {
    GET: operation({
      summary: 'A page that shows incidents, registries, the matrix and nodes, and keeps itself up to date',
      open: true,
      answers: { 200: { says: 'the page', type: 'text/html' } },
      handle: ({ reply }) => {
        page ??= webPage();
        void reply
          .header('content-security-policy', page.policy)
          .header('x-content-type-options', 'nosniff')
          .header('referrer-policy', 'no-referrer')
          .header('cache-control', 'no-cache');
        return Promise.resolve(reply.type('text/html; charset=utf-8').send(page.html));
      },
    }),
  });
};
