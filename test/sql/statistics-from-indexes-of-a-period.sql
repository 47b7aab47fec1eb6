-- Figures for values that other indexes contain, in a period.
--
-- Statement `task_run_statistics`, sent for an owner of the organization:
--   { taskRunStats(orgId: "org", projectId: "project", filter: { status: FAIL, createdAfter: "2024-01-01T00:00:00Z" }) {
--     groupBy(dimension: FAILURE) { runs }
--     contexts: groupBy(dimension: CONTEXT) { runs }
--   } }
-- $1 "2024-01-01T00:00:00.000000Z"
-- $2 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $3 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $4 "2024-01-01T00:00:00.000000Z"
-- $5 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $6 "2024-01-01T00:00:00.000000Z"
-- $7 100
-- $8 100

WITH
  part AS MATERIALIZED (
    SELECT
      failure_of_run.value COLLATE "C" AS key0,
      context_id_of_run.value COLLATE "C" AS key1,
      count(*) AS "runs"
    FROM
      (
        SELECT run.*
        FROM task_run AS run
        WHERE
          run.task_id = ANY ($2::uuid[])
          AND true
          AND run.created >= $1::timestamptz
          AND true
          AND run.is_error
      ) AS run
      LEFT JOIN (
        SELECT run.id, failure_kind_v2 (failure_message (run.response)) COLLATE "C" AS value
        FROM task_run AS run
        WHERE run.task_id = ANY ($3::uuid[]) AND run.is_error AND run.created >= $4::timestamptz
      ) AS failure_of_run ON failure_of_run.id = run.id
      LEFT JOIN (
        SELECT run.id, run.context_id AS value
        FROM task_run AS run
        WHERE run.task_id = ANY ($5::uuid[]) AND run.context_id IS NOT NULL AND run.created >= $6::timestamptz
      ) AS context_id_of_run ON context_id_of_run.id = run.id
    GROUP BY 1, 2
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
          (
            SELECT 0 AS parent, partial.key0 AS key, min(NULL) AS text, sum(partial."runs") AS "runs"
            FROM part AS partial
            GROUP BY partial.key0
          ) AS combined
        ORDER BY coalesce(combined."runs", 0) DESC, combined.key
        LIMIT $7::integer
      ) AS combined
  ),
  set2 AS MATERIALIZED (
    SELECT
      20004 + row_number() OVER (ORDER BY coalesce(combined."runs", 0) DESC, combined.key) AS id,
      combined.*
    FROM
      (
        SELECT *
        FROM
          (
            SELECT 0 AS parent, partial.key1 AS key, min(NULL) AS text, sum(partial."runs") AS "runs"
            FROM part AS partial
            GROUP BY partial.key1
          ) AS combined
        ORDER BY coalesce(combined."runs", 0) DESC, combined.key
        LIMIT $8::integer
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
      FROM set2 AS combined
    )
  ) AS "sets",
  NULL AS "percentiles",
  NULL AS "previous",
  NULL AS "previousPercentiles",
  NULL AS "groups",
  json_build_array() AS "series"
