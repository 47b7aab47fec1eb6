-- Figures and percentiles for nested groups.
--
-- Statement `task_run_statistics`, sent for an owner of the organization:
--   { taskRunStats(orgId: "org", projectId: "project", filter: { createdAfter: "2024-01-01T00:00:00Z" }) {
--     groupBy(dimension: TASK) { value groupBy(dimension: STATUS, first: 2, orderBy: RUNS_GROWTH_DESC) { runs llmCallTiming { p95 } } }
--     buckets(by: WEEK) { start runs llmCallTiming { p50 } }
--   } }
-- $1 "2024-01-01T00:00:00.000000Z"
-- $2 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $3 "UTC"
-- $4 "2023-12-01T00:00:00.000000Z"
-- $5 "2024-01-01T00:00:00.000000Z"
-- $6 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $7 10001
-- $8 100
-- $9 2
-- $10 10001
-- $11 "UTC"

WITH
  part AS MATERIALIZED (
    SELECT
      CASE WHEN run.created >= '0001-01-09Z' THEN date_trunc('week', run.created, $3::text) END AS key0,
      run.task_id AS key1,
      CASE WHEN run.is_error THEN 'FAIL' ELSE 'SUCCESS' END COLLATE "C" AS key2,
      count(*) AS "runs",
      count(run.llm_call_timing) FILTER (
        WHERE run.llm_call_timing > -1e100 AND run.llm_call_timing < 1e100
      ) AS "llmCallTiming_count",
      sum(run.llm_call_timing) FILTER (
        WHERE run.llm_call_timing > -1e100 AND run.llm_call_timing < 1e100
      ) AS "llmCallTiming_sum",
      min(run.llm_call_timing) FILTER (
        WHERE run.llm_call_timing > -1e100 AND run.llm_call_timing < 1e100
      ) AS "llmCallTiming_min",
      max(run.llm_call_timing) FILTER (
        WHERE run.llm_call_timing > -1e100 AND run.llm_call_timing < 1e100
      ) AS "llmCallTiming_max"
    FROM
      (
        SELECT run.*
        FROM task_run AS run
        WHERE run.task_id = ANY ($2::uuid[]) AND true AND run.created >= $1::timestamptz
      ) AS run
    GROUP BY 1, 2, 3
  ),
  previous_part AS MATERIALIZED (
    SELECT
      run.task_id AS key0,
      CASE WHEN run.is_error THEN 'FAIL' ELSE 'SUCCESS' END COLLATE "C" AS key1,
      count(*) AS "runs"
    FROM
      (
        SELECT run.*
        FROM task_run AS run
        WHERE
          run.task_id = ANY ($6::uuid[])
          AND true
          AND run.created >= $4::timestamptz
          AND run.created < $5::timestamptz
      ) AS run
    GROUP BY 1, 2
  ),
  set0 AS MATERIALIZED (
    SELECT
      0 AS id,
      sum(partial."runs") AS "runs",
      sum(partial."llmCallTiming_count") AS "llmCallTiming_count",
      sum(partial."llmCallTiming_sum") AS "llmCallTiming_sum",
      min(partial."llmCallTiming_min") AS "llmCallTiming_min",
      max(partial."llmCallTiming_max") AS "llmCallTiming_max"
    FROM part AS partial
  ),
  set1 AS MATERIALIZED (
    SELECT 10002 + row_number() OVER (ORDER BY combined.key) AS id, combined.*
    FROM
      (
        SELECT *
        FROM
          (
            SELECT
              0 AS parent,
              partial.key0 AS key,
              min(NULL) AS text,
              sum(partial."runs") AS "runs",
              sum(partial."llmCallTiming_count") AS "llmCallTiming_count",
              sum(partial."llmCallTiming_sum") AS "llmCallTiming_sum",
              min(partial."llmCallTiming_min") AS "llmCallTiming_min",
              max(partial."llmCallTiming_max") AS "llmCallTiming_max"
            FROM part AS partial
            WHERE partial.key0 IS NOT NULL
            GROUP BY partial.key0
          ) AS combined
        ORDER BY combined.key
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
            SELECT
              0 AS parent,
              partial.key1 AS key,
              min(NULL) AS text,
              sum(partial."runs") AS "runs",
              sum(partial."llmCallTiming_count") AS "llmCallTiming_count",
              sum(partial."llmCallTiming_sum") AS "llmCallTiming_sum",
              min(partial."llmCallTiming_min") AS "llmCallTiming_min",
              max(partial."llmCallTiming_max") AS "llmCallTiming_max"
            FROM part AS partial
            GROUP BY partial.key1
          ) AS combined
        ORDER BY coalesce(combined."runs", 0) DESC, combined.key
        LIMIT $8::integer
      ) AS combined
  ),
  set3 AS MATERIALIZED (
    SELECT 30006 + row_number() OVER (ORDER BY combined.growth DESC, combined.key) AS id, combined.*
    FROM
      (
        SELECT *
        FROM
          (
            SELECT
              row_number() OVER (
                PARTITION BY combined.parent
                ORDER BY combined.growth DESC, combined.key
              ) AS rank,
              combined.*
            FROM
              (
                SELECT combined.*, combined."runs" - coalesce(before.runs, 0) AS growth
                FROM
                  (
                    SELECT
                      set2.id AS parent,
                      partial.key2 AS key,
                      min(NULL) AS text,
                      sum(partial."runs") AS "runs",
                      sum(partial."llmCallTiming_count") AS "llmCallTiming_count",
                      sum(partial."llmCallTiming_sum") AS "llmCallTiming_sum",
                      min(partial."llmCallTiming_min") AS "llmCallTiming_min",
                      max(partial."llmCallTiming_max") AS "llmCallTiming_max"
                    FROM part AS partial JOIN set2 ON set2.key = partial.key1
                    GROUP BY set2.id, partial.key2
                  ) AS combined
                  LEFT JOIN (
                    SELECT set2.id AS parent, partial.key1 AS key, sum(partial."runs") AS runs
                    FROM previous_part AS partial JOIN set2 ON set2.key = partial.key0
                    GROUP BY set2.id, partial.key1
                  ) AS before ON before.parent = combined.parent
                  AND before.key = combined.key
              ) AS combined
          ) AS ranked
        WHERE rank <= $9::integer
        LIMIT $10::integer
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
              'llmCallTiming', json_build_object(
                'count', coalesce(combined."llmCallTiming_count", 0)::bigint,
                'avg', round((combined."llmCallTiming_sum" / nullif(combined."llmCallTiming_count", 0))::numeric, 9)::double precision,
                'min', combined."llmCallTiming_min",
                'max', combined."llmCallTiming_max"
              )
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
              'llmCallTiming', json_build_object(
                'count', coalesce(combined."llmCallTiming_count", 0)::bigint,
                'avg', round((combined."llmCallTiming_sum" / nullif(combined."llmCallTiming_count", 0))::numeric, 9)::double precision,
                'min', combined."llmCallTiming_min",
                'max', combined."llmCallTiming_max"
              )
            ),
            'parent', combined.parent,
            'value', to_char(combined.key AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
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
            'figures', json_build_object(
              'runs', coalesce(combined."runs", 0)::bigint,
              'llmCallTiming', json_build_object(
                'count', coalesce(combined."llmCallTiming_count", 0)::bigint,
                'avg', round((combined."llmCallTiming_sum" / nullif(combined."llmCallTiming_count", 0))::numeric, 9)::double precision,
                'min', combined."llmCallTiming_min",
                'max', combined."llmCallTiming_max"
              )
            ),
            'parent', combined.parent,
            'value', combined.key::text
          )
          ORDER BY combined.id
        )
      FROM set2 AS combined
    ),
    (
      SELECT
        json_agg(
          json_build_object(
            'id', combined.id,
            'figures', json_build_object(
              'runs', coalesce(combined."runs", 0)::bigint,
              'llmCallTiming', json_build_object(
                'count', coalesce(combined."llmCallTiming_count", 0)::bigint,
                'avg', round((combined."llmCallTiming_sum" / nullif(combined."llmCallTiming_count", 0))::numeric, 9)::double precision,
                'min', combined."llmCallTiming_min",
                'max', combined."llmCallTiming_max"
              )
            ),
            'parent', combined.parent,
            'value', combined.key::text
          )
          ORDER BY combined.id
        )
      FROM set3 AS combined
    )
  ) AS "sets",
  (
    SELECT json_agg(timed)
    FROM
      (
        SELECT
          CASE
            WHEN GROUPING(set1.id) = 0 THEN set1.id
            WHEN GROUPING(set3.id) = 0 THEN set3.id
            ELSE 0
          END AS id,
          percentile_disc(ARRAY[0.5, 0.9, 0.95, 0.99]) WITHIN GROUP (ORDER BY run.llm_call_timing) FILTER (
            WHERE run.llm_call_timing > -1e100 AND run.llm_call_timing < 1e100
          ) AS "llmCallTiming"
        FROM
          (
            SELECT
              CASE
                WHEN run.created >= '0001-01-09Z' THEN date_trunc('week', run.created, $11::text)
              END AS key0,
              run.task_id AS key1,
              CASE WHEN run.is_error THEN 'FAIL' ELSE 'SUCCESS' END COLLATE "C" AS key2,
              run.*
            FROM
              (
                SELECT run.*
                FROM task_run AS run
                WHERE run.task_id = ANY ($2::uuid[]) AND true AND run.created >= $1::timestamptz
              ) AS run
          ) AS run
          LEFT JOIN set1 ON set1.key = run.key0
          LEFT JOIN set2 ON set2.key = run.key1
          LEFT JOIN set3 ON set3.parent = set2.id AND set3.key = run.key2
        WHERE set1.id IS NOT NULL OR set3.id IS NOT NULL
        GROUP BY GROUPING SETS ((set1.id), (set3.id))
      ) AS timed
    WHERE timed.id IS NOT NULL
  ) AS "percentiles",
  json_build_array(NULL, NULL, NULL, NULL) AS "previous",
  NULL AS "previousPercentiles",
  NULL AS "groups",
  json_build_array() AS "series"
