-- Figures by kinds of failures and by hour, read only from indexes.
--
-- Statement `task_run_statistics`, sent for an owner of the organization:
--   { taskRunStats(orgId: "org", projectId: "project") {
--     groupBy(dimension: FAILURE) { runs }
--     buckets(by: HOUR, withEmpty: true) { label runs llmCallTiming { p50 } }
--   } }
-- $1 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $2 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $3 ["UTC"]
-- $4 "UTC"
-- $5 10001
-- $6 100
-- $7 "2024-02-01T00:00:00.000Z"
-- $8 "UTC"
-- $9 "UTC"
-- $10 "UTC"
-- $11 "UTC"
-- $12 ["UTC"]

WITH
  part AS MATERIALIZED (
    SELECT
      failure_of_run.value COLLATE "C" AS key1,
      CASE
        WHEN run.created >= '0001-01-09Z' THEN date_bin(
          (
            SELECT
              CASE
                WHEN EXISTS (
                  SELECT
                  FROM
                    unnest($3::text[]) AS zone,
                    generate_series('1972-01-01Z'::timestamptz, now() + interval '1 year', interval '1 month') AS month
                  WHERE extract(minute FROM month AT TIME ZONE zone) <> 0
                ) THEN interval '15 minutes'
                ELSE interval '1 hour'
              END
          ),
          run.created,
          'epoch'
        )
      END AS slot,
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
      (SELECT run.* FROM task_run AS run WHERE run.task_id = ANY ($1::uuid[]) AND true) AS run
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
            FROM unnest($2::uuid[]) AS task (id)
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
    FROM
      (
        SELECT
          CASE WHEN part.slot >= '0001-01-09Z' THEN date_trunc('hour', part.slot, $4::text) END AS key0,
          part.*
        FROM part AS part
      ) AS partial
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
            FROM
              (
                SELECT
                  CASE
                    WHEN part.slot >= '0001-01-09Z' THEN date_trunc('hour', part.slot, $4::text)
                  END AS key0,
                  part.*
                FROM part AS part
              ) AS partial
            WHERE partial.key0 IS NOT NULL
            GROUP BY partial.key0
          ) AS combined
        ORDER BY combined.key
        LIMIT $5::integer
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
            FROM
              (
                SELECT
                  CASE
                    WHEN part.slot >= '0001-01-09Z' THEN date_trunc('hour', part.slot, $4::text)
                  END AS key0,
                  part.*
                FROM part AS part
              ) AS partial
            GROUP BY partial.key1
          ) AS combined
        ORDER BY coalesce(combined."runs", 0) DESC, combined.key
        LIMIT $6::integer
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
            'value', to_char(combined.key AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || to_char(combined.key AT TIME ZONE $10::text, 'YYYY-MM-DD"T"HH24:MI') || CASE
              WHEN (combined.key AT TIME ZONE $10::text) - (combined.key AT TIME ZONE 'UTC') < '0' THEN '-'
              ELSE '+'
            END || to_char(
              greatest(
                (combined.key AT TIME ZONE $10::text) - (combined.key AT TIME ZONE 'UTC'),
                - ((combined.key AT TIME ZONE $10::text) - (combined.key AT TIME ZONE 'UTC'))
              ),
              'HH24:MI'
            )
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
    )
  ) AS "sets",
  (
    SELECT json_agg(timed)
    FROM
      (
        SELECT
          set1.id AS id,
          percentile_disc(ARRAY[0.5, 0.9, 0.95, 0.99]) WITHIN GROUP (ORDER BY run.llm_call_timing) FILTER (
            WHERE run.llm_call_timing > -1e100 AND run.llm_call_timing < 1e100
          ) AS "llmCallTiming"
        FROM
          (
            SELECT failure_of_run.value COLLATE "C" AS key1, bucket.key0, run.*
            FROM
              (SELECT run.* FROM task_run AS run WHERE run.task_id = ANY ($1::uuid[]) AND true) AS run
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
                    FROM unnest($2::uuid[]) AS task (id)
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
              LEFT JOIN (
                SELECT DISTINCT
                  slot,
                  CASE WHEN slot >= '0001-01-09Z' THEN date_trunc('hour', slot, $11::text) END AS key0
                FROM part
              ) AS bucket ON bucket.slot = CASE
                WHEN run.created >= '0001-01-09Z' THEN date_bin(
                  (
                    SELECT
                      CASE
                        WHEN EXISTS (
                          SELECT
                          FROM
                            unnest($12::text[]) AS zone,
                            generate_series('1972-01-01Z'::timestamptz, now() + interval '1 year', interval '1 month') AS month
                          WHERE extract(minute FROM month AT TIME ZONE zone) <> 0
                        ) THEN interval '15 minutes'
                        ELSE interval '1 hour'
                      END
                  ),
                  run.created,
                  'epoch'
                )
              END
          ) AS run
          JOIN set1 ON set1.key = run.key0
        GROUP BY set1.id
      ) AS timed
    WHERE timed.id IS NOT NULL
  ) AS "percentiles",
  NULL AS "previous",
  NULL AS "previousPercentiles",
  NULL AS "groups",
  json_build_array(
    (
      SELECT
        json_agg(
          to_char(start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || to_char(start AT TIME ZONE $9::text, 'YYYY-MM-DD"T"HH24:MI') || CASE
            WHEN (start AT TIME ZONE $9::text) - (start AT TIME ZONE 'UTC') < '0' THEN '-'
            ELSE '+'
          END || to_char(
            greatest(
              (start AT TIME ZONE $9::text) - (start AT TIME ZONE 'UTC'),
              - ((start AT TIME ZONE $9::text) - (start AT TIME ZONE 'UTC'))
            ),
            'HH24:MI'
          )
          ORDER BY start
        )
      FROM
        (
          SELECT DISTINCT start
          FROM
            (
              SELECT min(partial.key0) AS first, greatest(max(partial.key0), $7::timestamptz) AS last
              FROM
                (
                  SELECT
                    CASE
                      WHEN part.slot >= '0001-01-09Z' THEN date_trunc('hour', part.slot, $4::text)
                    END AS key0,
                    part.*
                  FROM part AS part
                ) AS partial
            ) AS period,
            LATERAL (
              SELECT least(last, first + 10001 * interval '1 hour') AS last
              WHERE first <= last
            ) AS bounded,
            LATERAL (
              SELECT generate_series(first, bounded.last, interval '15 minutes') AS moment
              UNION ALL
              SELECT bounded.last
            ) AS moments,
            LATERAL (
              SELECT CASE WHEN moment >= '0001-01-09Z' THEN date_trunc('hour', moment, $8::text) END AS start
            ) AS bucket
          WHERE start IS NOT NULL
        ) AS series
    )
  ) AS "series"
