// Swagger UI, which the gateway serves itself. Its operations are sent with the token of the page, which stays in memory:
// Swagger UI itself has a placeholder, which its commands for a shell show.

import { gatewayUrl } from '../shared/initial-state-of-page.js';
import { currentToken } from '../shared/token/token-store.js';

/** The parts of Swagger UI that are used: https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
interface SwaggerUi {
  preauthorizeApiKey(scheme: string, value: string): void;
}

interface SwaggerRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The request for the description itself. */
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
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    deepLinking: true,
    persistAuthorization: false,
    requestInterceptor: withToken,
    showMutatedRequest: false,
    onComplete: () => ui.preauthorizeApiKey('bearer', 'TOKEN'),
  });
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
