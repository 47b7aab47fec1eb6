import type { InitialState } from '../../pages/initial-state.js';
import { pagePolicy } from './content-security-policy.js';
import type { PageAssets } from './page-assets.js';
import { renderHeader } from './page-header.js';

/** The path of the bundle's files, relative to the gateway's root. */
export const assetsPath = 'pages/';

/** Allows no requests to other hosts and no inline scripts: the initial state is data. */
const strictSources = {
  'script-src': "'self'",
  'style-src': "'self'",
  'connect-src': "'self'",
  // Files of runs are fetched with the token, which the URL of an image could not send, and shown from memory.
  'img-src': "'self' data: blob:",
  'media-src': "'self' blob:",
  'frame-src': 'blob:',
  'font-src': "'self'",
};

/** Allows the style attributes and workers of Monaco. */
const monacoSources = {
  ...strictSources,
  'style-src': "'self' 'unsafe-inline'",
  'worker-src': "'self'",
  'img-src': "'self' data:",
  'media-src': "'none'",
  'frame-src': "'none'",
};

export const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%233b5bdb'/%3E%3Cpath d='M9 9v14M15 10l10 6-10 6z' fill='%23fff' stroke='%23fff' stroke-width='3' stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E";

export interface Page {
  readonly title: string;
  readonly assets: PageAssets;
  readonly state: InitialState;
  /** The content that the server renders, as HTML. If omitted, the script renders everything. */
  readonly content?: string | undefined;
}

interface PageHeadersOptions {
  readonly usesMonaco: boolean;
  /** URLs on other servers that the page requests. */
  readonly requested?: readonly string[];
}

export function pageHeaders({ usesMonaco, requested = [] }: PageHeadersOptions) {
  const sources = {
    ...(usesMonaco ? monacoSources : strictSources),
    'connect-src': ["'self'", ...requested.map(sourceOf)].join(' '),
  };
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': pagePolicy(sources),
    // A page of another origin that opens this one could count its frames, which show files of runs.
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    // The page may contain a demo token, and the same URL may answer queries.
    'cache-control': 'no-store',
    vary: 'Accept',
  } as const;
}

/**
 * Returns the URL as a source for the policy, without its query, and with characters escaped that would end the source.
 */
function sourceOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replaceAll(';', '%3B').replaceAll(',', '%2C');
}

export function renderPage({ title, assets, state, content }: Page): string {
  /** Relative to the page's own URL, because a proxy may serve the gateway under a path. */
  const addressOf = (file: string) => `${state.root}${assetsPath}${file}`;
  const head = `<meta name="color-scheme" content="light dark">
${assets.theme === undefined ? '' : `<script src="${addressOf(assets.theme)}"></script>\n`}${preloadsOf(assets.fonts.map(addressOf))}
${assets.styles.map((file) => `<link rel="stylesheet" href="${addressOf(file)}">`).join('\n')}
${assets.modules.map((file) => `<link rel="modulepreload" href="${addressOf(file)}">`).join('\n')}
<script type="module" src="${addressOf(assets.script)}"></script>
<script type="application/json" id="initial-state">${toScriptData(state)}</script>`;
  const body =
    content === undefined
      ? `<div id="page"></div>
<noscript>This page needs JavaScript.</noscript>`
      : `<div id="page">${renderHeader(state.root, state.hasRuns)}</div>
<main class="page static-page">
${content}
</main>`;
  return renderDocument({ title, head, body });
}

/** Fonts are requested in the mode `cors`, even from the page's own origin. */
function preloadsOf(fonts: readonly string[]): string {
  return fonts.map((font) => `<link rel="preload" as="font" type="font/woff2" crossorigin href="${font}">`).join('\n');
}

/** Parts of a document, as HTML. */
interface DocumentParts {
  readonly title: string;
  readonly head: string;
  readonly body: string;
}

export function renderDocument({ title, head, body }: DocumentParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Task runs</title>
<link rel="icon" href="${icon}">
${head}
</head>
<body>
${body}
</body>
</html>
`;
}

export const notBuiltPage = `<!doctype html>
<title>Task runs</title>
<p>The pages have not been built. Run <code>npm run build</code>. The APIs work.</p>
`;

/** Escapes `<`, so that no string in the data can end its script element or open a comment there. */
function toScriptData(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
