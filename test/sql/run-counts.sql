-- The estimated numbers of runs, from which costs are estimated.
--
-- Statement `run_counts`, sent for an owner of the organization:
--   task-run-gateway start

WITH
  everything AS (
    SELECT sum(CASE WHEN reltuples >= 0 THEN reltuples ELSE pg_relation_size(oid) / 1024 END) AS runs
    FROM pg_class
    WHERE
      oid IN (
        SELECT oid
        FROM pg_class
        WHERE
          relkind = 'r'
          AND (
            oid = 'task_run'::regclass
            OR oid IN (SELECT relid FROM pg_partition_tree('task_run'::regclass))
          )
      )
  ),
  columns AS (
    SELECT
      attname AS name,
      most_common_vals::text AS common,
      most_common_freqs AS shares,
      histogram_bounds::text AS bounds
    FROM pg_stats
    WHERE
      (schemaname, tablename) = (
        SELECT nspname, relname
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE pg_class.oid = 'task_run'::regclass
      )
      AND attname IN ('task_id', 'created')
  ),
  common AS (
    SELECT common.id, common.share
    FROM columns CROSS JOIN LATERAL unnest(columns.common::uuid[], columns.shares) AS common (id, share)
    WHERE columns.name = 'task_id'
  ),
  other AS (
    SELECT (1 - coalesce((SELECT sum(share) FROM common), 0)) / greatest(count(*), 1) AS share
    FROM task
    WHERE id NOT IN (SELECT id FROM common)
  ),
  tasks AS (
    SELECT task.project_id, coalesce(common.share, other.share) AS share
    FROM task CROSS JOIN other LEFT JOIN common USING (id)
  ),
  projects AS (SELECT project_id, sum(share) AS share FROM tasks GROUP BY project_id),
  organizations AS (
    SELECT sum(projects.share) AS share
    FROM projects JOIN project ON project.id = projects.project_id
    GROUP BY project.org_id
  ),
  bounds AS (
    SELECT bounds[2] AS oldest, bounds[cardinality(bounds) - 1] AS newest
    FROM (SELECT bounds::timestamptz[] AS bounds FROM columns WHERE name = 'created') AS created
  )
SELECT
  everything.runs * (SELECT sum(share * share) FROM tasks) AS "perTask",
  everything.runs * (SELECT sum(share * share) FROM projects) AS "perProject",
  everything.runs * (SELECT sum(share * share) FROM organizations) AS "perOrganization",
  (SELECT extract(epoch FROM oldest)::float8 * 1000 FROM bounds) AS oldest,
  (SELECT extract(epoch FROM newest)::float8 * 1000 FROM bounds) AS newest
FROM everything
