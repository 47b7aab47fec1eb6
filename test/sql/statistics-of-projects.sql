-- The figures of several projects in one statement.
--
-- Statement `task_run_statistics`, sent for an owner of the organization:
--   { viewer { organizations { projects { project { taskRunStats { groupBy(dimension: FAILURE) { runs } } } } } } }
-- $1 100
-- $2 ["{ownerTask,editorTask,viewerTask,largeTask}","{otherTask}"]
-- $3 ["{}","{}"]

SELECT result.*
FROM
  unnest((SELECT $2::text[]), (SELECT $3::text[])) WITH ORDINALITY AS request (all_runs, own_runs, position)
  CROSS JOIN LATERAL (
    WITH
      part AS MATERIALIZED (
        SELECT failure_of_run.value COLLATE "C" AS key0, count(*) AS "runs"
        FROM
          (
            SELECT run.*
            FROM task_run AS run
            WHERE run.task_id = ANY (request.all_runs::uuid[]) AND true
          ) AS run
          LEFT JOIN (
            WITH RECURSIVE
              kind AS (
                SELECT
                  task.id AS task_id,
                  (
                    SELECT failure_kind_v2 (failure_message (run.response)) COLLATE "C"
                    FROM task_run AS run
                    WHERE run.is_error AND run.task_id = task.id
                    ORDER BY failure_kind_v2 (failure_message (run.response)) COLLATE "C"
                    LIMIT 1
                  ) AS value
                FROM unnest(request.all_runs::uuid[]) AS task (id)
                UNION ALL
                SELECT
                  kind.task_id,
                  (
                    SELECT failure_kind_v2 (failure_message (run.response)) COLLATE "C"
                    FROM task_run AS run
                    WHERE
                      run.is_error
                      AND run.task_id = kind.task_id
                      AND failure_kind_v2 (failure_message (run.response)) COLLATE "C" > kind.value
                    ORDER BY failure_kind_v2 (failure_message (run.response)) COLLATE "C"
                    LIMIT 1
                  )
                FROM kind
                WHERE kind.value IS NOT NULL
              )
            SELECT failed.id, kind.value
            FROM
              kind
              CROSS JOIN LATERAL (
                SELECT run.id
                FROM task_run AS run
                WHERE
                  run.is_error
                  AND run.task_id = kind.task_id
                  AND failure_kind_v2 (failure_message (run.response)) COLLATE "C" = kind.value
              ) AS failed
          ) AS failure_of_run ON failure_of_run.id = run.id
        GROUP BY 1
      ),
      set0 AS MATERIALIZED (SELECT 0 AS id, sum(partial."runs") AS "runs" FROM part AS partial),
      set1 AS MATERIALIZED (
        SELECT
          5002 + row_number() OVER (ORDER BY coalesce(combined."runs", 0) DESC, combined.key) AS id,
          combined.*
        FROM
          (
            SELECT *
            FROM
              (
                SELECT 0 AS parent, partial.key0 AS key, NULL AS text, partial.*
                FROM part AS partial
              ) AS combined
            ORDER BY coalesce(combined."runs", 0) DESC, combined.key
            LIMIT $1::integer
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
  ) AS result
ORDER BY request.position
