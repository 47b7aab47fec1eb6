-- Statistics of an organization by project. The project is that of the task.
--
-- Statement `task_run_statistics`, sent for an owner of the organization:
--   { taskRunStats(orgId: "org") { groupBy(dimension: PROJECT) { value runs } } }
-- $1 ["ownerTask","editorTask","viewerTask","largeTask","otherTask"]
-- $2 ["ownerTask","editorTask","viewerTask","largeTask","otherTask"]
-- $3 ["project","project","project","project","otherProject"]
-- $4 100

WITH
  part AS MATERIALIZED (
    SELECT project_of_task.project_id AS key0, count(*) AS "runs"
    FROM
      (SELECT run.* FROM task_run AS run WHERE run.task_id = ANY ($1::uuid[]) AND true) AS run
      JOIN unnest($2::uuid[], $3::uuid[]) AS project_of_task (task_id, project_id) ON project_of_task.task_id = run.task_id
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
        LIMIT $4::integer
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
