import { errorOfResponse, UnreachableError } from '../shared/api/error-sentence.js';
import { gatewayUrl } from '../shared/initial-state-of-page.js';
import { type SharedRun, toSharedRun } from './shared-run.js';

/** Reads the run that a link shows, from the only route that accepts its token. @throws an error for `ErrorNotice` */
export async function fetchSharedRun(token: string): Promise<SharedRun> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const response = await fetch(gatewayUrl('api/v1/shared/run'), {
    headers,
    credentials: 'omit',
    cache: 'no-store',
  }).catch(() => {
    throw new UnreachableError('Cannot reach the gateway.');
  });
  if (!response.ok) throw await errorOfResponse(response);
  return toSharedRun(await response.text());
}
