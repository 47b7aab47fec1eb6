-- Figures for groups by a value that the list index contains.
--
-- Statement `task_run_statistics`, sent for an owner of the organization:
--   { taskRunStats(orgId: "org", projectId: "project") { groupBy(dimension: USER, orderBy: LAST_CREATED_DESC) { runs lastCreated } } }
-- $1 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $2 100

WITH
  part AS MATERIALIZED (
    SELECT run.user_id AS key0, count(*) AS "runs", max(run.created) AS "lastCreated"
    FROM (SELECT run.* FROM task_run AS run WHERE run.task_id = ANY ($1::uuid[]) AND true) AS run
    GROUP BY 1
  ),
  set0 AS MATERIALIZED (
    SELECT 0 AS id, sum(partial."runs") AS "runs", max(partial."lastCreated") AS "lastCreated"
    FROM part AS partial
  ),
  set1 AS MATERIALIZED (
    SELECT
      10002 + row_number() OVER (
        ORDER BY coalesce(combined."lastCreated", '-infinity') DESC, combined.key
      ) AS id,
      combined.*
    FROM
      (
        SELECT *
        FROM
          (SELECT 0 AS parent, partial.key0 AS key, NULL AS text, partial.* FROM part AS partial) AS combined
        ORDER BY coalesce(combined."lastCreated", '-infinity') DESC, combined.key
        LIMIT $2::integer
      ) AS combined
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
              'lastCreated', to_char(combined."lastCreated" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            )
          )
          ORDER BY combined.id
        )
      FROM set0 AS combined
    ),
    (
      SELECT
        json_agg(
          json_build_object(
            'id', combined.id,
            'figures', json_build_object(
              'runs', coalesce(combined."runs", 0)::bigint,
              'lastCreated', to_char(combined."lastCreated" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            ),
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
