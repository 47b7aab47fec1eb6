import { shellWord } from '../../../shell-word.js';
import { gatewayUrl } from '../../shared/initial-state-of-page.js';
import { toFragment } from '../../shared/share-link.js';
import { currentToken } from '../../shared/token/token-store.js';
import { runQuery } from '../operations.js';
import type { RunPath } from '../run-url.js';
import { withModel } from './run-model.js';

/** Returns a command with the shell's `$TOKEN`, never with the page's token. */
export function asCurl({ orgId, projectId, taskId, id }: RunPath): string {
  const url = gatewayUrl(`api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/${id}`);
  return `curl -H "Authorization: Bearer $TOKEN" ${shellWord(url.href)}`;
}

/** Returns a link to GraphiQL with the operation in the fragment, which is never sent to a server. */
export function inGraphiql(path: RunPath): string {
  const operation = { query: withModel(runQuery), variables: JSON.stringify(path, null, 2) };
  return gatewayUrl('graphql').href + toFragment(operation, currentToken());
}
