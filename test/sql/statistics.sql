-- The figures of all runs of a project.
--
-- Statement `task_run_statistics`, sent for an owner of the organization:
--   { taskRunStats(orgId: "org", projectId: "project") { runs errors totalTokens } }
-- $1 ["ownerTask","editorTask","viewerTask","largeTask"]

WITH
  part AS MATERIALIZED (
    SELECT
      count(*) AS "runs",
      count(*) FILTER (WHERE run.is_error) AS "errors",
      sum(run.total_tokens) AS "totalTokens"
    FROM (SELECT run.* FROM task_run AS run WHERE run.task_id = ANY ($1::uuid[]) AND true) AS run
  ),
  set0 AS MATERIALIZED (
    SELECT
      0 AS id,
      sum(partial."runs") AS "runs",
      sum(partial."errors") AS "errors",
      sum(partial."totalTokens") AS "totalTokens"
    FROM part AS partial
  )
SELECT
  json_build_array(
    (
      SELECT
        json_agg(
          json_build_object(
            'id', combined.id,
            'figures', json_build_object(
              'runs', coalesce(combined."runs", 0)::bigint,
              'errors', coalesce(combined."errors", 0)::bigint,
              'totalTokens', coalesce(combined."totalTokens", 0)::text
            )
          )
          ORDER BY combined.id
        )
      FROM set0 AS combined
    )
  ) AS "sets",
  NULL AS "percentiles",
  NULL AS "previous",
  NULL AS "previousPercentiles",
  NULL AS "groups",
  json_build_array() AS "series"
