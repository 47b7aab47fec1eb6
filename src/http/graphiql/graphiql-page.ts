import type { GraphiqlInitialState } from '../../graphiql/initial-state.js';
import type { PageAssets } from './page-assets.js';

/** What differs from page to page. */
export type PageState = Omit<GraphiqlInitialState, 'workers'>;

/**
 * Nothing comes from elsewhere or goes elsewhere. Monaco sets style attributes, hence 'unsafe-inline' for styles; no
 * script is inline: the initial state is data.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export const graphiqlPageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  // The page may hold a demo token, and the same address answers queries.
  'cache-control': 'no-store',
  vary: 'Accept',
} as const;

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M4 2l9 6-9 6z' fill='%23d60590'/%3E%3C/svg%3E";

export function renderGraphiqlPage(assets: PageAssets, pageState: PageState): string {
  const workers = Object.entries(assets.workers).map(([name, file]) => [name, addressOf(file)]);
  const state: GraphiqlInitialState = { ...pageState, workers: Object.fromEntries(workers) };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>GraphiQL · task runs</title>
<link rel="icon" href="${icon}">
${assets.styles.map((file) => `<link rel="stylesheet" href="${addressOf(file)}">`).join('\n')}
${assets.modules.map((file) => `<link rel="modulepreload" href="${addressOf(file)}">`).join('\n')}
<script type="module" src="${addressOf(assets.script)}"></script>
<script type="application/json" id="initial-state">${toScriptData(state)}</script>
</head>
<body>
<div id="graphiql"><p>Loading GraphiQL …</p></div>
<noscript>GraphiQL needs JavaScript.</noscript>
</body>
</html>
`;
}

export const notBuiltPage = `<!doctype html>
<title>GraphiQL · task runs</title>
<p>GraphiQL is not built here: <code>npm run build</code> does it. The GraphQL endpoint itself works.</p>
`;

/** Relative to the page's own address, so a proxy may serve the gateway under a path. */
function addressOf(file: string): string {
  return `graphiql/${file}`;
}

/** With no `<` in it, data cannot end its script element or open a comment there, whatever its strings say. */
function toScriptData(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
