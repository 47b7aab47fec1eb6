// Serves the pages for browsers and their assets. Only files known at the start are routes, so no path from outside
// ever reaches the file system. Pages hold no data and need no token.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Config } from '../../config/config.js';
import { prefersPage } from '../../graphql/operation/media-type.js';
import type { DemoToken, GraphiqlInitialState, InitialState } from '../../pages/initial-state.js';
import { KeptText } from '../kept-text.js';
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
  /** Called for every page, which is made again if the result is another object; omitted where people paste tokens. */
  readonly signIn?: (() => Promise<SignInOfPages | undefined>) | undefined;
  /** null: the demo issuer is not trusted. */
  readonly demo: PagesOfDemo | null;
}

interface PagesOfDemo {
  /** Called for every page that has them, which is made again if the list is another one. */
  readonly tokens: () => Promise<readonly DemoToken[]>;
  /** Returns what a page says that has no tokens. */
  readonly notice: (publicUrl: string) => string;
}

export interface Pages {
  /** null: this gateway has no GraphiQL. */
  readonly sendGraphiql: SendPage | null;
  /** Sends the page around Swagger UI, for addresses in a folder; null: Swagger UI has its own page. */
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
  const pageAt = (place: PagePlace) => createPage(place, bundle, { ...options, hasRuns });
  const sendHome = pageAt({ name: 'runs', root: '' });
  // Relative, because a proxy may serve the gateway under a path.
  serveRoot(app, options, hasRuns ? sendHome : (reply) => reply.redirect(`.${graphqlPath}`));
  if (hasRuns) {
    for (const path of runsPaths) {
      const sendRuns = pageAt({ name: 'runs', root: '../'.repeat(path.split('/').length - 2) });
      app.get(path, (_request, reply) => sendRuns(reply));
    }
  }
  const sendGraphiql = pageAt({ name: 'graphiql', root: '', statePrefix: statePrefixes.graphiql });
  if (options.signIn !== undefined) {
    const sendReference = pageAt({ name: 'reference', root: '', statePrefix: statePrefixes.reference });
    // The program that began to sign in takes up what comes back: a further page would lose the token.
    app.get<{ Querystring: { state?: unknown } }>(signedInPath, ({ query }, reply) => {
      const state = String(query.state);
      if (state.startsWith(statePrefixes.reference)) return sendReference(reply);
      return !hasRuns || state.startsWith(statePrefixes.graphiql) ? sendGraphiql(reply) : sendHome(reply);
    });
  }
  const sendReference = pageAt({ name: 'reference', root: '../', statePrefix: statePrefixes.reference });
  return { sendGraphiql, sendReference: bundle === undefined ? null : sendReference };
}

const statePrefixes = { graphiql: 'graphiql.', reference: 'reference.' };
const titles: Readonly<Record<PageName, string>> = { graphiql: 'GraphiQL', runs: 'Runs', reference: 'REST API' };

interface PagePlace {
  readonly name: PageName;
  /** The gateway's root, relative to the address of the page. */
  readonly root: string;
  readonly statePrefix?: string;
}

/** Returns a function that sends the page, which is made again when the tokens of the demo or the ways to sign in change. */
function createPage(
  { name, root, statePrefix = '' }: PagePlace,
  bundle: Bundle | undefined,
  { hasRuns, ...options }: PagesOptions & { readonly hasRuns: boolean },
): SendPage {
  const usesMonaco = name === 'graphiql';
  if (bundle === undefined)
    return async (reply) => reply.headers(pageHeaders({ usesMonaco })).code(503).send(notBuiltPage);
  const { publicUrl, signIn: readSignIn, demo, examples, hasModels } = options;
  const make = (url: string, signIn: SignInOfPages | undefined, demoTokens: readonly DemoToken[] | null) => {
    const state: InitialState = {
      root,
      clientName: pagesClientName,
      demoTokens: demoTokens ?? [],
      ...(demo !== null && demoTokens === null && { demoNotice: demo.notice(url) }),
      sharesToken: new URL(url).pathname === '/',
      ...(signIn && { signIn: { ...signIn, statePrefix } }),
      hasRuns,
      ...(hasModels && { hasModels: true }),
    };
    const page = { title: titles[name], assets: bundle.pages[name] };
    if (!usesMonaco) return renderPage({ ...page, state });
    const workers = Object.entries(bundle.workers).map(([worker, file]) => [worker, `${assetsPath}${file}`]);
    const graphiqlState: GraphiqlInitialState = { ...state, examples, workers: Object.fromEntries(workers) };
    return renderPage({ ...page, state: graphiqlState });
  };
  const withTokens = new KeptText(make);
  const withoutTokens = new KeptText(make);
  return async (reply) => {
    const url = publicUrl();
    const signIn = await readSignIn?.();
    reply.headers(pageHeaders({ usesMonaco, tokenEndpoint: signIn?.tokenEndpoint }));
    if (demo === null || !isOwnHost(reply.request.headers.host, url))
      return withoutTokens.send(reply, url, signIn, null);
    return withTokens.send(reply, url, signIn, await demo.tokens());
  };
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
  const line = new KeptText((url: string) => {
    const paths = { graphql: graphqlPath, rest: '/openapi.json', documents: '/llms.txt', health: '/health/ready' };
    const addresses = Object.entries(paths).map(([name, path]) => [name, url + path]);
    return `${JSON.stringify(Object.fromEntries(addresses))}\n`;
  });
  app.get('/', (request, reply) => {
    reply.header('vary', 'Accept').header('cache-control', 'no-store');
    if (sendHome !== undefined && prefersPage(request.headers.accept)) return sendHome(reply);
    return line.send(reply.type('application/json; charset=utf-8'), publicUrl());
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
