import { callHost } from './call-host.js';
import type { Gateway } from './start-gateway.js';

export interface RouteOfGateway {
  readonly method: 'GET' | 'HEAD';
  /** A path that the route serves. */
  readonly path: string;
}

const id = '01a18c2f-4bb7-7203-a7f6-c8637a967ecb';
/** Values for path parameters; all others get an id. */
const parameters: Readonly<Record<string, string>> = { name: 'rest', '*': 'swagger-ui.css', documentId: 'none' };

function pathOf(url: string): string {
  return url.replace(/:(\w+)(?:\([^)]*\))?|\*/g, (parameter, name) => parameters[name ?? parameter] ?? id);
}

/** Returns the read routes of a running gateway, but only some of the similar ones for page files. */
export async function readRoutes({ url }: Gateway): Promise<RouteOfGateway[]> {
  const all: { readonly method: string; readonly url: string }[] = await callHost('routes', { url });
  const isFile = (route: { readonly url: string }) => route.url.startsWith('/pages/');
  const some = [...all.filter((route) => !isFile(route)), ...all.filter(isFile).slice(0, 4)];
  return some.flatMap((route) =>
    route.method === 'GET' || route.method === 'HEAD' ? [{ method: route.method, path: pathOf(route.url) }] : [],
  );
}
