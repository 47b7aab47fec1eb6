// Serves the pages for browsers and their assets. Only files known at the start are routes, so no path from outside
// ever reaches the file system. Pages hold no data and need no token.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.js';
import { prefersPage } from '../../graphql/operation/media-type.js';
import type { DemoToken, GraphiqlInitialState, InitialState } from '../../pages/initial-state.js';
import { graphqlPath, pagesClientName } from '../paths.js';
import { isOwnHost } from './own-host.js';
import { type Bundle, type PageName, readBundle } from './page-assets.js';
import { assetsPath, notBuiltPage, pageHeaders, renderPage } from './render-page.js';
import { type SignInOfPages, signedInPath } from './sign-in.js';

interface PagesOptions {
  readonly ui: Config['ui'];
  /** The folder of Vite's bundle. */
  readonly assetsDirectory: string;
  /** The operations that GraphiQL opens first. */
  readonly examples: readonly string[];
  /** The base of absolute URLs, without a trailing slash. */
  readonly publicUrl: () => string;
  /** Whether the gateway knows the place of the model in the JSON of runs. */
  readonly hasModels: boolean;
  /** Called for every page; omitted where people paste tokens. */
  readonly signIn?: (() => Promise<SignInOfPages | undefined>) | undefined;
  /** null: the demo issuer is not trusted. */
  readonly demo: PagesOfDemo | null;
}

interface PagesOfDemo {
  /** Called for every page that has them, so that the tokens are fresh. */
  readonly tokens: () => Promise<readonly DemoToken[]>;
  /** Returns what a page says that has no tokens. */
  readonly notice: (publicUrl: string) => string;
}

export interface Pages {
  /** null: this gateway has no GraphiQL. */
  readonly sendGraphiql: SendPage | null;
  /** Sends the page around Swagger UI, for addresses in a folder; null: Swagger UI has a page of its own. */
  readonly sendReference: SendPage | null;
}

export type SendPage = (reply: FastifyReply) => Promise<FastifyReply>;

/** Pages of the program in `src/pages/runs`, which reads the address to show the right one. */
const runsPaths = [
  '/runs',
  '/runs/statistics',
  '/runs/compare',
  '/runs/:runId(^[0-9A-Fa-f-]{36}$)',
  '/runs/:orgId/:projectId/:taskId/:runId',
];

/** Registers the pages. Without a bundle, as in tests, each page is an error and the APIs work. */
export async function registerPages(app: FastifyInstance, options: PagesOptions): Promise<Pages> {
  const { ui, assetsDirectory } = options;
  await serveIcon(app, assetsDirectory);
  if (ui === 'off') {
    serveRoot(app, options);
    return { sendGraphiql: null, sendReference: null };
  }
  const bundle = await readBundle(assetsDirectory);
  if (bundle !== undefined) await serveAssets(app, assetsDirectory);
  const hasRuns = ui === 'on';
  if (bundle?.frame !== undefined) app.pageFrame = { stylesheet: bundle.frame, hasRuns };
  const demoStateOf = async ({ headers }: FastifyRequest): Promise<Pick<InitialState, 'demoTokens' | 'demoNotice'>> => {
    if (options.demo === null) return { demoTokens: [] };
    const publicUrl = options.publicUrl();
    if (isOwnHost(headers.host, publicUrl)) return { demoTokens: await options.demo.tokens() };
    return { demoTokens: [], demoNotice: options.demo.notice(publicUrl) };
  };
  const stateAt = async (request: FastifyRequest, root: string, statePrefix = ''): Promise<InitialState> => {
    const signIn = await options.signIn?.();
    return {
      root,
      clientName: pagesClientName,
      ...(await demoStateOf(request)),
      sharesToken: new URL(options.publicUrl()).pathname === '/',
      ...(signIn && { signIn: { ...signIn, statePrefix } }),
      hasRuns,
      ...(options.hasModels && { hasModels: true }),
    };
  };
  serveRoot(app, options, (reply) =>
    // Relative, because a proxy may serve the gateway under a path.
    hasRuns ? sendPage(reply, 'runs', bundle, () => stateAt(reply.request, '')) : reply.redirect(`.${graphqlPath}`),
  );
  if (hasRuns) {
    for (const path of runsPaths) {
      const root = '../'.repeat(path.split('/').length - 2);
      app.get(path, (request, reply) => sendPage(reply, 'runs', bundle, () => stateAt(request, root)));
    }
  }
  const sendReferenceAt = (root: string) => (reply: FastifyReply) =>
    sendPage(reply, 'reference', bundle, () => stateAt(reply.request, root, statePrefixes.reference));
  const sendGraphiql = (reply: FastifyReply) =>
    sendPage(reply, 'graphiql', bundle, async ({ workers }): Promise<GraphiqlInitialState> => {
      const addresses = Object.entries(workers).map(([name, file]) => [name, `${assetsPath}${file}`]);
      return {
        ...(await stateAt(reply.request, '', statePrefixes.graphiql)),
        examples: options.examples,
        workers: Object.fromEntries(addresses),
      };
    });
  if (options.signIn !== undefined) {
    // The program that began to sign in takes up what comes back: a further page would lose the token.
    app.get<{ Querystring: { state?: unknown } }>(signedInPath, (request, reply) => {
      const { query } = request;
      const state = String(query.state);
      if (state.startsWith(statePrefixes.reference)) return sendReferenceAt('')(reply);
      return !hasRuns || state.startsWith(statePrefixes.graphiql)
        ? sendGraphiql(reply)
        : sendPage(reply, 'runs', bundle, () => stateAt(request, ''));
    });
  }
  return { sendGraphiql, sendReference: bundle === undefined ? null : sendReferenceAt('../') };
}

const statePrefixes = { graphiql: 'graphiql.', reference: 'reference.' };
const titles: Readonly<Record<PageName, string>> = { graphiql: 'GraphiQL', runs: 'Runs', reference: 'REST API' };

async function sendPage(
  reply: FastifyReply,
  name: PageName,
  bundle: Bundle | undefined,
  stateIn: (bundle: Bundle) => Promise<InitialState>,
): Promise<FastifyReply> {
  const usesMonaco = name === 'graphiql';
  if (bundle === undefined) return reply.headers(pageHeaders({ usesMonaco })).code(503).send(notBuiltPage);
  const state = await stateIn(bundle);
  reply.headers(pageHeaders({ usesMonaco, tokenEndpoint: state.signIn?.tokenEndpoint }));
  return reply.send(renderPage({ title: titles[name], assets: bundle.pages[name], state }));
}

/**
 * Leads browsers to a page, where there is one. Other clients get the addresses of the APIs as a line of JSON.
 * @param sendHome sends browsers the page, or to it
 */
function serveRoot(
  app: FastifyInstance,
  { publicUrl }: PagesOptions,
  sendHome?: (reply: FastifyReply) => FastifyReply | Promise<FastifyReply>,
): void {
  app.get('/', (request, reply) => {
    reply.header('vary', 'Accept').header('cache-control', 'no-store');
    if (sendHome !== undefined && prefersPage(request.headers.accept)) return sendHome(reply);
    const paths = { graphql: graphqlPath, rest: '/openapi.json', documents: '/llms.txt', health: '/health/ready' };
    const addresses = Object.entries(paths).map(([name, path]) => [name, publicUrl() + path]);
    return reply.type('application/json; charset=utf-8').send(`${JSON.stringify(Object.fromEntries(addresses))}\n`);
  });
}

/** Serves the icon that browsers request for pages that name none, such as `/docs`. */
async function serveIcon(app: FastifyInstance, directory: string): Promise<void> {
  const icon = await readFile(join(directory, 'favicon.ico')).catch(() => undefined);
  if (icon === undefined) return;
  app.get('/favicon.ico', (_request, reply) =>
    reply.type('image/x-icon').header('cache-control', 'public, max-age=86400').send(icon),
  );
}

async function serveAssets(app: FastifyInstance, root: string): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => {
      reply.headers({ 'x-content-type-options': 'nosniff', vary: 'Accept-Encoding' });
      // RFC 9239 has made the type that @fastify/static names obsolete.
      const type = reply.getHeader('content-type');
      if (type === 'application/javascript; charset=utf-8') reply.type('text/javascript; charset=utf-8');
    });
    await scope.register(fastifyStatic, {
      root,
      prefix: `/${assetsPath}`,
      wildcard: false,
      preCompressed: true,
      globIgnore: ['**/*.{br,gz,ico}'],
      decorateReply: false,
      // The digest in a name changes with the content.
      maxAge: '1y',
      immutable: true,
    });
  });
}
