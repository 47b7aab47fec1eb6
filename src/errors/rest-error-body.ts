import { toRestName } from '../rest-name.js';
import type { ErrorDetails } from './error-details.js';
import type { GatewayError } from './gateway-error.js';

/** Returns an error's JSON text for the REST API. */
export function restErrorBody({ message, extensions }: GatewayError): string {
  const { code: _code, status: _status, detail, ...details } = extensions;
  return JSON.stringify({ detail: detail ?? { message, ...toRestNames(details) } });
}

function toRestNames(details: ErrorDetails): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [toRestName(name), value]));
}
