import { createDialect, selections } from '../graphql-dialect.js';
import { createListDialect } from '../list-dialect.js';

/** PostGraphile names everything after the tables. Aliases restore the gateway's names. */
const toOwnNames = (selection) =>
  selection
    .replace(/\bid\b/g, 'id: rowId')
    .replace('reportingGroup {', 'reportingGroup: reportingGroupByReportingGroupId {')
    .replace('files {', 'files: taskRunFilesByTaskRunIdList {');

const own = Object.fromEntries(Object.entries(selections).map(([name, text]) => [name, toOwnNames(text)]));

export const postgraphile = {
  name: 'postgraphile',
  title: 'PostGraphile 5, Amber preset, on a current Node; no permission check, no token',
  script: new URL('./server.js', import.meta.url),
  // PostGraphile 5 needs Node 22 or newer. The package `node` installs one in this folder.
  node: new URL('../../node_modules/node/bin/node', import.meta.url),
  entryPoints: {
    taskRun: createDialect({
      field: 'taskRunByRowId',
      keys: { id: { argument: 'rowId', type: 'UUID!' } },
      selections: own,
    }),
    taskRuns: createListDialect({
      field: 'allTaskRuns',
      keys: { taskId: { argument: 'taskId', type: 'UUID!' } },
      wrapKeys: (text) => `condition: { ${text} }`,
      order: 'orderBy: [CREATED_DESC, ROW_ID_DESC]',
      isConnection: true,
      selections: own,
    }),
  },
};
