// Swagger UI, served by the gateway itself. Its operations are sent with the page's token, which stays in memory:
// Swagger UI only gets a placeholder, which its shell commands show.

import type React from 'react';
import { gatewayUrl } from '../shared/initial-state-of-page.js';
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
  await Promise.all(['swagger-ui-bundle.js', 'theme/color-scheme.js'].map(loadScript));
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

function loadScript(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), {
      src: gatewayUrl(`docs/static/${name}`).href,
      onload: () => resolve(),
      onerror: () => reject(new Error(`${name} cannot be loaded.`)),
    });
    document.head.append(script);
  });
}
