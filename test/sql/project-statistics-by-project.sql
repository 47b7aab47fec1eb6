-- Statistics of a project by project, of which there is only one.
--
-- Statement `task_run_statistics`, sent for an owner of the organization:
--   { taskRunStats(orgId: "org", projectId: "project") { groupBy(dimension: PROJECT) { value runs } } }
-- $1 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $2 "project"
-- $3 100

WITH
  part AS MATERIALIZED (
    SELECT project_of_task.project_id AS key0, count(*) AS "runs"
    FROM
      (SELECT run.* FROM task_run AS run WHERE run.task_id = ANY ($1::uuid[]) AND true) AS run
      CROSS JOIN (VALUES ($2::uuid)) AS project_of_task (project_id)
    GROUP BY 1
  ),
  set0 AS MATERIALIZED (SELECT 0 AS id, sum(partial."runs") AS "runs" FROM part AS partial),
  set1 AS MATERIALIZED (
    SELECT
      10002 + row_number() OVER (ORDER BY coalesce(combined."runs", 0) DESC, combined.key) AS id,
      combined.*
    FROM
      (
        SELECT *
        FROM
          (SELECT 0 AS parent, partial.key0 AS key, NULL AS text, partial.* FROM part AS partial) AS combined
        ORDER BY coalesce(combined."runs", 0) DESC, combined.key
        LIMIT $3::integer
      ) AS combined
  )
SELECT
  json_build_array(
    (
      SELECT
        json_agg(
          json_build_object('id', combined.id, 'figures', json_build_object('runs', coalesce(combined."runs", 0)::bigint))
          ORDER BY combined.id
        )
      FROM set0 AS combined
    ),
    (
      SELECT
        json_agg(
          json_build_object(
            'id', combined.id,
            'figures', json_build_object('runs', coalesce(combined."runs", 0)::bigint),
            'parent', combined.parent,
            'value', combined.key::text
          )
          ORDER BY combined.id
        )
      FROM set1 AS combined
    )
  ) AS "sets",
  NULL AS "percentiles",
  NULL AS "previous",
  NULL AS "previousPercentiles",
  NULL AS "groups",
  json_build_array() AS "series"
