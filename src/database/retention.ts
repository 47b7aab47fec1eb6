/**
 * Returns SQL for columns of the policy that applies to a task, which is the nearest one. The SQL reads the rows `task`
 * and `project`.
 */
export function nearestPolicy(columns: string): string {
  return `SELECT ${columns} FROM retention
    WHERE (resource_type, resource_id) IN (('task', task.id), ('project', project.id), ('organization', project.org_id))
    ORDER BY array_position(ARRAY['task', 'project', 'organization'], resource_type::text) LIMIT 1`;
}
