// The statement that searches all projects for visible tasks by words in their names.

import { type BoundStatement, hideFromPlanner, type Statement } from '../../database/statements.js';
import {
  grantedToSubject,
  isInTokenScope,
  joinGranted,
  type SubjectKey,
  toSubjectValues,
  unionOfRoles,
} from '../visibility/roles-in-sql.js';

export interface FoundTasksKey extends SubjectKey {
  /** Words that must all occur in the name, ignoring case. */
  readonly words: readonly string[];
  readonly size: number;
}

const statement: Statement = {
  name: 'found_tasks',
  text: `
WITH ${grantedToSubject},
candidate AS (
  SELECT id FROM granted_task
  UNION
  SELECT task.id FROM granted JOIN task ON task.project_id = granted.id WHERE granted.type = 'project'
  UNION
  SELECT task.id FROM granted JOIN project ON project.org_id = granted.id JOIN task ON task.project_id = project.id
  WHERE granted.type = 'organization'
)
SELECT task.id, task.name, task.run_visibility AS visibility,
  ${unionOfRoles('on_organization.roles', 'on_project.roles', 'on_task.roles')} AS roles
FROM candidate JOIN task USING (id) JOIN project ON project.id = task.project_id
${joinGranted('organization', 'project.org_id')}
${joinGranted('project', 'project.id')}
${joinGranted('task', 'task.id')}
WHERE ${isInTokenScope.task}
  AND NOT EXISTS (
    SELECT FROM unnest(${hideFromPlanner('$5::text[]')}::text[]) AS word WHERE strpos(lower(task.name), lower(word)) = 0
  )
ORDER BY task.id
LIMIT $6::integer`,
};

/** Binds the statement, which returns `VisibleTaskRow`s ordered by id. */
export function bindFoundTasks(key: FoundTasksKey): BoundStatement {
  return { statement, values: [...toSubjectValues(key), key.words, key.size] };
}
