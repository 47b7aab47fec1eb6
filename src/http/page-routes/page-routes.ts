// Serves the pages for browsers and their assets. Only files that exist at startup are routes, so request paths never
// reach the file system. Pages contain no data and need no token.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Config } from '../../config/config.js';
import { prefersPage } from '../../graphql/operation/media-type.js';
import type { DemoToken, GraphiqlInitialState, InitialState } from '../../pages/initial-state.js';
import { renderErrors } from '../errors-page.js';
import { KeptText } from '../kept-text.js';
import { graphqlPath, pagesClientName } from '../paths.js';
import { isOwnHost } from './own-host.js';
import { type Bundle, type PageName, readBundle } from './page-assets.js';
import { serveAssets } from './page-assets-route.js';
import { assetsPath, notBuiltPage, pageHeaders, renderPage } from './render-page.js';
import type { SendPage } from './send-page.js';
import { registerSharedRunPage } from './shared-run-page.js';
import { type SignInOfPages, signedInPath } from './sign-in.js';
import { renderUnknown } from './static-page.js';

interface PagesOptions {
  readonly ui: Config['ui'];
  /** The folder of Vite's bundle. */
  readonly assetsDirectory: string;
  /** The operations that GraphiQL opens initially. */
  readonly examples: readonly string[];
  /** Returns the base of absolute URLs, without a trailing slash. */
  readonly publicUrl: () => string;
  /** Whether a path to the model in the runs' JSON is configured. */
  readonly hasModels: boolean;
  /** Links to runs, and the folder of the bundle of their page; `undefined` without them. */
  readonly sharing?: (NonNullable<InitialState['sharing']> & { readonly assetsDirectory: string }) | undefined;
  /**
   * Called for every page. The page is generated again if the result is a different object. Omitted if users paste
   * tokens instead.
   */
  readonly signIn?: (() => Promise<SignInOfPages | undefined>) | undefined;
  /** The pages of the demo; `null` if the demo issuer is not trusted. */
  readonly demo: PagesOfDemo | null;
}

interface PagesOfDemo {
  /** Called for every page that contains the tokens. The page is generated again if the list is a different one. */
  readonly tokens: () => Promise<readonly DemoToken[]>;
  /** Returns the notice for pages without tokens. */
  readonly notice: (publicUrl: string) => string;
}

export interface Pages {
  /** Sends GraphiQL; `null` if this gateway does not serve it. */
  readonly sendGraphiql: SendPage | null;
  /** Sends the page around Swagger UI, for URLs in a folder. If `null`, Swagger UI's own page is used. */
  readonly sendReference: SendPage | null;
}

/** Pages of the app in `src/pages/runs`, which uses the URL to show the right one. */
const runsPaths = [
  '/runs',
  '/runs/statistics',
  '/runs/compare',
  '/runs/:runId(^[0-9A-Fa-f-]{36}$)',
  '/runs/:orgId/:projectId/:taskId/:runId',
];

/** Registers the pages. Without a bundle, as in tests, each page is an error, but the APIs work. */
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
  const pageAt = (place: PagePlace) => createPage(place, bundle, { ...options, hasRuns });
  const sendHome = pageAt({ name: 'runs', root: '' });
  const sendErrors = pageAt({ ...errorsPage, root: './' });
  const sendUnknown = pageAt({ ...unknownPage, root: null });
  if (bundle !== undefined) app.staticPages = { sendErrors, sendUnknown };
  // The redirect is relative, because a proxy may serve the gateway under a path.
  serveRoot(app, options, hasRuns ? sendHome : (reply) => reply.redirect(`.${graphqlPath}`));
  if (hasRuns) {
    if (options.sharing !== undefined) await registerSharedRunPage(app, options.sharing.assetsDirectory);
    for (const path of runsPaths) {
      const sendRuns = pageAt({ name: 'runs', root: '../'.repeat(path.split('/').length - 2) });
      app.get(path, (_request, reply) => sendRuns(reply));
      // A relative redirect, too. It keeps the query.
      app.get(`${path}/`, ({ url }, reply) => reply.redirect(withoutLastSlash(url)));
    }
  }
  const sendGraphiql = pageAt({ name: 'graphiql', root: '', statePrefix: statePrefixes.graphiql });
  if (options.signIn !== undefined) {
    const sendReference = pageAt({ name: 'reference', root: '', statePrefix: statePrefixes.reference });
    // The app that started the sign-in handles the response. Loading another page would lose the token.
    app.get<{ Querystring: { state?: unknown } }>(signedInPath, ({ query }, reply) => {
      const state = String(query.state);
      if (state.startsWith(statePrefixes.reference)) return sendReference(reply);
      if (state.startsWith(statePrefixes.errors)) return sendErrors(reply);
      if (state.startsWith(statePrefixes.unknown)) return sendUnknown(reply);
      return !hasRuns || state.startsWith(statePrefixes.graphiql) ? sendGraphiql(reply) : sendHome(reply);
    });
  }
  const sendReference = pageAt({ name: 'reference', root: '../', statePrefix: statePrefixes.reference });
  return { sendGraphiql, sendReference: bundle === undefined ? null : sendReference };
}

const statePrefixes = { graphiql: 'graphiql.', reference: 'reference.', errors: 'errors.', unknown: 'unknown.' };
const titles = { graphiql: 'GraphiQL', runs: 'Runs', reference: 'REST API', static: '' } as const;

const errorsPage = {
  name: 'static',
  title: 'Errors',
  statePrefix: statePrefixes.errors,
  content: renderErrors,
} as const;
const unknownPage = {
  name: 'static',
  title: 'Page not found',
  statePrefix: statePrefixes.unknown,
  content: renderUnknown,
} as const;

/** Returns the last folder of a URL as a file next to it: `../runs?a=b` for `/runs/?a=b`. */
function withoutLastSlash(url: string): string {
  const [path = '', query] = url.split('?', 2);
  const name = path.split('/').at(-2);
  return `../${name}${query === undefined ? '' : `?${query}`}`;
}

interface PagePlace {
  readonly name: PageName;
  /** The gateway's root, relative to the page's URL; `null` for a page at any URL, whose links are absolute. */
  readonly root: string | null;
  readonly statePrefix?: string;
  readonly title?: string;
  /** Renders the content as HTML. If omitted, the page's script does. */
  readonly content?: (root: string) => string;
}

/**
 * Returns a function that sends the page. The page is generated again when the demo's tokens or the sign-in options
 * change.
 */
function createPage(
  { name, root: placeRoot, statePrefix = '', title = titles[name], content }: PagePlace,
  bundle: Bundle | undefined,
  { hasRuns, ...options }: PagesOptions & { readonly hasRuns: boolean },
): SendPage {
  const usesMonaco = name === 'graphiql';
  if (bundle === undefined)
    return async (reply) => reply.headers(pageHeaders({ usesMonaco })).code(503).send(notBuiltPage);
  const { publicUrl, signIn: readSignIn, demo, examples, hasModels, sharing } = options;
  const make = (url: string, signIn: SignInOfPages | undefined, demoTokens: readonly DemoToken[] | null) => {
    const root = placeRoot ?? `${url}/`;
    const state: InitialState = {
      root,
      clientName: pagesClientName,
      demoTokens: demoTokens ?? [],
      ...(demo !== null && demoTokens === null && { demoNotice: demo.notice(url) }),
      sharesToken: new URL(url).pathname === '/',
      ...(signIn && { signIn: { ...signIn, statePrefix } }),
      hasRuns,
      ...(hasModels && { hasModels: true }),
      ...(sharing && { sharing: { allowsPayload: sharing.allowsPayload } }),
    };
    const page = { title, assets: bundle.pages[name], content: content?.(root) };
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
    reply.headers(
      pageHeaders({ usesMonaco, requested: signIn ? [signIn.tokenEndpoint, signIn.discoveryDocument] : [] }),
    );
    if (demo === null || !isOwnHost(reply.request.headers.host, url))
      return withoutTokens.send(reply, url, signIn, null);
    return withTokens.send(reply, url, signIn, await demo.tokens());
  };
}

/**
 * Sends browsers to a page, if there is one. Other clients get the URLs of the APIs as a line of JSON.
 * @param sendHome sends browsers the page or a redirect to it
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

/** Serves the icon that browsers request for pages that do not name one, such as `/docs`. */
async function serveIcon(app: FastifyInstance, directory: string): Promise<void> {
  const icon = await readFile(join(directory, 'favicon.ico')).catch(() => undefined);
  if (icon === undefined) return;
  app.get('/favicon.ico', (_request, reply) =>
    reply.type('image/x-icon').header('cache-control', 'public, max-age=86400').send(icon),
  );
}
