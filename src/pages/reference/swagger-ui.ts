// Swagger UI, unchanged and among the pages' assets. Its operations are sent with the page's token, which stays in
// memory: Swagger UI only gets a placeholder, which its shell commands show.

import stylesUrl from '@fastify/swagger-ui/static/swagger-ui.css?url';
import bundleUrl from '@fastify/swagger-ui/static/swagger-ui-bundle.js?url';
import type React from 'react';
import { gatewayUrl } from '../shared/initial-state-of-page.js';
import { shownTheme, subscribeToTheme } from '../shared/theme/theme.js';
import { currentToken } from '../shared/token/token-store.js';

/** The used parts of Swagger UI: https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
interface SwaggerUi {
  preauthorizeApiKey(scheme: string, value: string): void;
}

interface SwaggerRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the request is for the description itself. */
  readonly loadSpec?: boolean;
}

interface SwaggerUiBundle {
  (options: object): SwaggerUi;
  readonly presets: { readonly apis: unknown };
}

declare global {
  var SwaggerUIBundle: SwaggerUiBundle;
}

export async function showReference(domNode: HTMLElement): Promise<void> {
  followTheme();
  await Promise.all([loadStyles(), loadScript()]);
  const ui = SwaggerUIBundle({
    domNode,
    url: gatewayUrl('docs/json').href,
    presets: [SwaggerUIBundle.presets.apis, accessibleMarkup, idInputs],
    layout: 'BaseLayout',
    deepLinking: true,
    persistAuthorization: false,
    requestInterceptor: withToken,
    showMutatedRequest: false,
    onComplete: () => ui.preauthorizeApiKey('bearer', 'TOKEN'),
  });
}

type Component = React.ComponentType<Record<string, unknown>>;
type Wrapper = (Original: Component, system: { readonly React: typeof React }) => Component;

/** Adds a heading between those of the page and the tags, and moves links out of the buttons that open operations. */
function accessibleMarkup(): { readonly wrapComponents: Readonly<Record<string, Wrapper>> } {
  return {
    wrapComponents: {
      operations:
        (Original, { React: { createElement, Fragment } }) =>
        (props) =>
          createElement(
            Fragment,
            null,
            createElement('h2', { className: 'visually-hidden' }, 'Operations'),
            createElement(Original, props),
          ),
      DeepLink:
        (_Original, { React: { createElement } }) =>
        ({ text }) =>
          createElement('span', null, text as string),
    },
  };
}

/** Swagger UI has no input for ids in lists, and logs a warning for each. These get the input for other strings. */
function idInputs(): {
  readonly components: Readonly<Record<string, Component>>;
  readonly wrapComponents: Readonly<Record<string, Wrapper>>;
} {
  let createInput: (props: Record<string, unknown>) => React.ReactNode = () => null;
  return {
    components: { JsonSchema_string_uuid: (props) => createInput(props) },
    wrapComponents: {
      JsonSchema_string: (Original, { React: { createElement } }) => {
        createInput = (props) => createElement(Original, props);
        return Original;
      },
    },
  };
}

function withToken(request: SwaggerRequest): SwaggerRequest {
  if (request.loadSpec || !request.url.startsWith(gatewayUrl('').href)) return request;
  const { Authorization: _placeholder, ...headers } = request.headers;
  const token = currentToken();
  return { ...request, headers: { ...headers, ...(token !== '' && { Authorization: `Bearer ${token}` }) } };
}

/** Swagger UI has a dark theme, which a class enables. */
function followTheme(): void {
  const apply = () => document.documentElement.classList.toggle('dark-mode', shownTheme() === 'dark');
  subscribeToTheme(apply);
  apply();
}

function loadScript(): Promise<void> {
  const script = document.createElement('script');
  script.src = bundleUrl;
  return untilLoaded(script, () => document.head.append(script));
}

/** They precede the page's own rules, which refine them. */
function loadStyles(): Promise<void> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = stylesUrl;
  return untilLoaded(link, () => document.head.prepend(link));
}

function untilLoaded(element: HTMLElement, add: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    element.onload = () => resolve();
    element.onerror = () => reject(new Error('Swagger UI cannot be loaded.'));
    add();
  });
}
