/** Returns SQL for columns of the policy that rules a task: the nearest one. It reads the rows `task` and `project`. */
export function nearestPolicy(columns: string): string {
  return `SELECT ${columns} FROM retention
    WHERE (resource_type, resource_id) IN (('task', task.id), ('project', project.id), ('organization', project.org_id))
    ORDER BY array_position(ARRAY['task', 'project', 'organization'], resource_type::text) LIMIT 1`;
}
