-- Figures by time, and for the first groups of some values, compared with the previous period.
--
-- Statement `task_run_statistics`, sent for a viewer of the project, who has executed runs:
--   { taskRunStats(orgId: "org", projectId: "project", filter: { createdAfter: "2024-01-01T00:00:00Z", createdBefore: "2024-02-01T00:00:00Z" }) {
--     runs llmCallTiming { p95 } previous { runs llmCallTiming { p95 } }
--     buckets(by: DAY, timeZone: "Europe/Berlin", withEmpty: true) { label runs }
--     groupBy(dimension: REPORTING_GROUP, first: 5, orderBy: RUNS_GROWTH_DESC) { reportingGroup { name } errors previous { errors } buckets(by: DAY) { start runs } }
--     json: groupBy(dimension: RESPONSE, path: "/category", first: 5) { json runs llmCallTiming { p95 } }
--   } }
-- $1 "2024-01-01T00:00:00.000000Z"
-- $2 "2024-02-01T00:00:00.000000Z"
-- $3 "viewer"
-- $4 "2024-01-01T00:00:00.000000Z"
-- $5 "2024-02-01T00:00:00.000000Z"
-- $6 ["viewerTask","largeTask"]
-- $7 ["ownerTask","editorTask"]
-- $8 "Europe/Berlin"
-- $9 "UTC"
-- $10 ["category"]
-- $11 "2023-12-01T00:00:00.000000Z"
-- $12 "2024-01-01T00:00:00.000000Z"
-- $13 "viewer"
-- $14 "2023-12-01T00:00:00.000000Z"
-- $15 "2024-01-01T00:00:00.000000Z"
-- $16 ["viewerTask","largeTask"]
-- $17 ["ownerTask","editorTask"]
-- $18 10001
-- $19 5
-- $20 10001
-- $21 5
-- $22 "2024-01-01T00:00:00.000000Z"
-- $23 "2024-02-01T00:00:00.000000Z"
-- $24 "Europe/Berlin"
-- $25 "Europe/Berlin"
-- $26 "Europe/Berlin"
-- $27 "UTC"
-- $28 4194304
-- $29 "Europe/Berlin"
-- $30 "UTC"
-- $31 ["category"]

WITH
  part AS MATERIALIZED (
    SELECT
      CASE WHEN run.created >= '0001-01-09Z' THEN date_trunc('day', run.created, $8::text) END AS key0,
      run.reporting_group_id AS key1,
      CASE WHEN run.created >= '0001-01-09Z' THEN date_trunc('day', run.created, $9::text) END AS key2,
      (coalesce((run.response #> $10::text[]), 'null'::jsonb))::text COLLATE "C" AS text3,
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
      ) AS "llmCallTiming_max",
      count(*) FILTER (WHERE run.is_error) AS "errors"
    FROM
      (
        SELECT run.*
        FROM task_run AS run
        WHERE
          run.task_id = ANY ($6::uuid[])
          AND true
          AND run.created >= $1::timestamptz
          AND run.created < $2::timestamptz
        UNION ALL
        SELECT visible.*
        FROM
          unnest($7::uuid[]) AS task (id)
          CROSS JOIN LATERAL (
            SELECT run.*
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND run.user_id BETWEEN (SELECT $3::uuid) AND (SELECT $3::uuid)
              AND (run.user_id, run.created) >= ((SELECT $3::uuid), (SELECT $4::timestamptz))
              AND (run.user_id, run.created) < ((SELECT $3::uuid), (SELECT $5::timestamptz))
            ORDER BY run.user_id ASC, run.created ASC, run.id ASC
          ) AS visible
      ) AS run
    GROUP BY 1, 2, 3, 4
  ),
  previous_part AS MATERIALIZED (
    SELECT
      run.reporting_group_id AS key0,
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
      ) AS "llmCallTiming_max",
      count(*) FILTER (WHERE run.is_error) AS "errors"
    FROM
      (
        SELECT run.*
        FROM task_run AS run
        WHERE
          run.task_id = ANY ($16::uuid[])
          AND true
          AND run.created >= $11::timestamptz
          AND run.created < $12::timestamptz
        UNION ALL
        SELECT visible.*
        FROM
          unnest($17::uuid[]) AS task (id)
          CROSS JOIN LATERAL (
            SELECT run.*
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND run.user_id BETWEEN (SELECT $13::uuid) AND (SELECT $13::uuid)
              AND (run.user_id, run.created) >= ((SELECT $13::uuid), (SELECT $14::timestamptz))
              AND (run.user_id, run.created) < ((SELECT $13::uuid), (SELECT $15::timestamptz))
            ORDER BY run.user_id ASC, run.created ASC, run.id ASC
          ) AS visible
      ) AS run
    GROUP BY 1
  ),
  set0 AS MATERIALIZED (
    SELECT
      0 AS id,
      sum(partial."runs") AS "runs",
      sum(partial."llmCallTiming_count") AS "llmCallTiming_count",
      sum(partial."llmCallTiming_sum") AS "llmCallTiming_sum",
      min(partial."llmCallTiming_min") AS "llmCallTiming_min",
      max(partial."llmCallTiming_max") AS "llmCallTiming_max",
      sum(partial."errors") AS "errors"
    FROM (SELECT part.text3::jsonb AS key3, part.* FROM part AS part) AS partial
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
              max(partial."llmCallTiming_max") AS "llmCallTiming_max",
              sum(partial."errors") AS "errors"
            FROM (SELECT part.text3::jsonb AS key3, part.* FROM part AS part) AS partial
            WHERE partial.key0 IS NOT NULL
            GROUP BY partial.key0
          ) AS combined
        ORDER BY combined.key
        LIMIT $18::integer
      ) AS combined
  ),
  set2 AS MATERIALIZED (
    SELECT 20004 + row_number() OVER (ORDER BY combined.growth DESC, combined.key) AS id, combined.*
    FROM
      (
        SELECT *
        FROM
          (
            SELECT combined.*, combined."runs" - coalesce(before.runs, 0) AS growth
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
                  max(partial."llmCallTiming_max") AS "llmCallTiming_max",
                  sum(partial."errors") AS "errors"
                FROM (SELECT part.text3::jsonb AS key3, part.* FROM part AS part) AS partial
                GROUP BY partial.key1
              ) AS combined
              LEFT JOIN (
                SELECT 0 AS parent, partial.key0 AS key, sum(partial."runs") AS runs
                FROM previous_part AS partial
                GROUP BY partial.key0
              ) AS before ON before.parent = combined.parent
              AND (before.key IS NULL) = (combined.key IS NULL)
              AND coalesce(before.key, '00000000-0000-0000-0000-000000000000'::uuid) = coalesce(combined.key, '00000000-0000-0000-0000-000000000000'::uuid)
          ) AS combined
        ORDER BY combined.growth DESC, combined.key
        LIMIT $19::integer
      ) AS combined
  ),
  set3 AS MATERIALIZED (
    SELECT 30006 + row_number() OVER (ORDER BY combined.key) AS id, combined.*
    FROM
      (
        SELECT *
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
              max(partial."llmCallTiming_max") AS "llmCallTiming_max",
              sum(partial."errors") AS "errors"
            FROM
              (SELECT part.text3::jsonb AS key3, part.* FROM part AS part) AS partial
              JOIN set2 ON (set2.key IS NULL) = (partial.key1 IS NULL) AND coalesce(set2.key, '00000000-0000-0000-0000-000000000000'::uuid) = coalesce(partial.key1, '00000000-0000-0000-0000-000000000000'::uuid)
            WHERE partial.key2 IS NOT NULL
            GROUP BY set2.id, partial.key2
          ) AS combined
        ORDER BY combined.key
        LIMIT $20::integer
      ) AS combined
  ),
  set4 AS MATERIALIZED (
    SELECT
      40008 + row_number() OVER (
        ORDER BY coalesce(combined."runs", 0) DESC, (combined.text::jsonb #>> '{}') COLLATE "C", combined.text
      ) AS id,
      combined.*
    FROM
      (
        SELECT *
        FROM
          (
            SELECT
              0 AS parent,
              partial.key3 AS key,
              min(partial.text3) AS text,
              sum(partial."runs") AS "runs",
              sum(partial."llmCallTiming_count") AS "llmCallTiming_count",
              sum(partial."llmCallTiming_sum") AS "llmCallTiming_sum",
              min(partial."llmCallTiming_min") AS "llmCallTiming_min",
              max(partial."llmCallTiming_max") AS "llmCallTiming_max",
              sum(partial."errors") AS "errors"
            FROM (SELECT part.text3::jsonb AS key3, part.* FROM part AS part) AS partial
            GROUP BY partial.key3
          ) AS combined
        ORDER BY coalesce(combined."runs", 0) DESC, (combined.text::jsonb #>> '{}') COLLATE "C", combined.text
        LIMIT $21::integer
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
              ),
              'errors', coalesce(combined."errors", 0)::bigint
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
              ),
              'errors', coalesce(combined."errors", 0)::bigint
            ),
            'parent', combined.parent,
            'value', to_char(combined.key AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || to_char(combined.key AT TIME ZONE $26::text, 'YYYY-MM-DD')
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
              ),
              'errors', coalesce(combined."errors", 0)::bigint
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
              ),
              'errors', coalesce(combined."errors", 0)::bigint
            ),
            'parent', combined.parent,
            'value', to_char(combined.key AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || to_char(combined.key AT TIME ZONE $27::text, 'YYYY-MM-DD')
          )
          ORDER BY combined.id
        )
      FROM set3 AS combined
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
              ),
              'errors', coalesce(combined."errors", 0)::bigint
            ),
            'parent', combined.parent,
            'value', left((combined.text::jsonb #>> '{}'), 1000),
            'json', combined.json
          )
          ORDER BY combined.id
        )
      FROM
        (
          SELECT
            set4.*,
            CASE
              WHEN sum(octet_length(set4.text)) OVER (ORDER BY set4.id) <= $28::integer THEN set4.text
              ELSE '!' || octet_length(set4.text)
            END AS json
          FROM set4
        ) AS combined
    )
  ) AS "sets",
  (
    SELECT json_agg(timed)
    FROM
      (
        SELECT
          CASE WHEN GROUPING(set4.id) = 0 THEN set4.id ELSE 0 END AS id,
          percentile_disc(ARRAY[0.5, 0.9, 0.95, 0.99]) WITHIN GROUP (ORDER BY run.llm_call_timing) FILTER (
            WHERE run.llm_call_timing > -1e100 AND run.llm_call_timing < 1e100
          ) AS "llmCallTiming"
        FROM
          (
            SELECT
              CASE
                WHEN run.created >= '0001-01-09Z' THEN date_trunc('day', run.created, $29::text)
              END AS key0,
              run.reporting_group_id AS key1,
              CASE
                WHEN run.created >= '0001-01-09Z' THEN date_trunc('day', run.created, $30::text)
              END AS key2,
              coalesce((run.response #> $31::text[]), 'null'::jsonb) AS key3,
              run.*
            FROM
              (
                SELECT run.*
                FROM task_run AS run
                WHERE
                  run.task_id = ANY ($6::uuid[])
                  AND true
                  AND run.created >= $1::timestamptz
                  AND run.created < $2::timestamptz
                UNION ALL
                SELECT visible.*
                FROM
                  unnest($7::uuid[]) AS task (id)
                  CROSS JOIN LATERAL (
                    SELECT run.*
                    FROM task_run AS run
                    WHERE
                      run.task_id = task.id
                      AND run.user_id BETWEEN (SELECT $3::uuid) AND (SELECT $3::uuid)
                      AND (run.user_id, run.created) >= ((SELECT $3::uuid), (SELECT $4::timestamptz))
                      AND (run.user_id, run.created) < ((SELECT $3::uuid), (SELECT $5::timestamptz))
                    ORDER BY run.user_id ASC, run.created ASC, run.id ASC
                  ) AS visible
              ) AS run
          ) AS run
          LEFT JOIN set4 ON set4.key = run.key3
        GROUP BY GROUPING SETS ((set4.id), ())
      ) AS timed
    WHERE timed.id IS NOT NULL
  ) AS "percentiles",
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
              ),
              'errors', coalesce(combined."errors", 0)::bigint
            )
          )
        )
      FROM
        (
          SELECT
            0 AS id,
            sum(partial."runs") AS "runs",
            sum(partial."llmCallTiming_count") AS "llmCallTiming_count",
            sum(partial."llmCallTiming_sum") AS "llmCallTiming_sum",
            min(partial."llmCallTiming_min") AS "llmCallTiming_min",
            max(partial."llmCallTiming_max") AS "llmCallTiming_max",
            sum(partial."errors") AS "errors"
          FROM previous_part AS partial
        ) AS combined
    ),
    NULL,
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
              ),
              'errors', coalesce(combined."errors", 0)::bigint
            )
          )
        )
      FROM
        (
          SELECT
            set2.id AS id,
            sum(partial."runs") AS "runs",
            sum(partial."llmCallTiming_count") AS "llmCallTiming_count",
            sum(partial."llmCallTiming_sum") AS "llmCallTiming_sum",
            min(partial."llmCallTiming_min") AS "llmCallTiming_min",
            max(partial."llmCallTiming_max") AS "llmCallTiming_max",
            sum(partial."errors") AS "errors"
          FROM
            previous_part AS partial
            JOIN set2 ON (set2.key IS NULL) = (partial.key0 IS NULL) AND coalesce(set2.key, '00000000-0000-0000-0000-000000000000'::uuid) = coalesce(partial.key0, '00000000-0000-0000-0000-000000000000'::uuid)
          GROUP BY set2.id
        ) AS combined
    ),
    NULL,
    NULL
  ) AS "previous",
  (
    SELECT json_agg(timed)
    FROM
      (
        SELECT
          0 AS id,
          percentile_disc(ARRAY[0.5, 0.9, 0.95, 0.99]) WITHIN GROUP (ORDER BY run.llm_call_timing) FILTER (
            WHERE run.llm_call_timing > -1e100 AND run.llm_call_timing < 1e100
          ) AS "llmCallTiming"
        FROM
          (
            SELECT run.reporting_group_id AS key0, run.*
            FROM
              (
                SELECT run.*
                FROM task_run AS run
                WHERE
                  run.task_id = ANY ($16::uuid[])
                  AND true
                  AND run.created >= $11::timestamptz
                  AND run.created < $12::timestamptz
                UNION ALL
                SELECT visible.*
                FROM
                  unnest($17::uuid[]) AS task (id)
                  CROSS JOIN LATERAL (
                    SELECT run.*
                    FROM task_run AS run
                    WHERE
                      run.task_id = task.id
                      AND run.user_id BETWEEN (SELECT $13::uuid) AND (SELECT $13::uuid)
                      AND (run.user_id, run.created) >= ((SELECT $13::uuid), (SELECT $14::timestamptz))
                      AND (run.user_id, run.created) < ((SELECT $13::uuid), (SELECT $15::timestamptz))
                    ORDER BY run.user_id ASC, run.created ASC, run.id ASC
                  ) AS visible
              ) AS run
          ) AS run
      ) AS timed
    WHERE timed.id IS NOT NULL
  ) AS "previousPercentiles",
  (
    SELECT
      json_agg(
        json_build_object(
          'id', reporting_group.id,
          'projectId', reporting_group.project_id,
          'name', reporting_group.name,
          'description', reporting_group.description,
          'created', reporting_group.created AT TIME ZONE 'UTC',
          'modified', reporting_group.modified AT TIME ZONE 'UTC'
        )
      )
    FROM reporting_group
    WHERE id IN (SELECT key FROM set2)
  ) AS "groups",
  json_build_array(
    (
      SELECT
        json_agg(
          to_char(start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || to_char(start AT TIME ZONE $25::text, 'YYYY-MM-DD')
          ORDER BY start
        )
      FROM
        (
          SELECT DISTINCT start
          FROM
            (
              SELECT
                greatest($22::timestamptz, '0001-01-09Z') AS first,
                $23::timestamptz - interval '1 microsecond' AS last
            ) AS period,
            LATERAL (
              SELECT least(last, first + 10001 * interval '1 day') AS last
              WHERE first <= last
            ) AS bounded,
            LATERAL (
              SELECT generate_series(first, bounded.last, interval '6 hours') AS moment
              UNION ALL
              SELECT bounded.last
            ) AS moments,
            LATERAL (
              SELECT CASE WHEN moment >= '0001-01-09Z' THEN date_trunc('day', moment, $24::text) END AS start
            ) AS bucket
          WHERE start IS NOT NULL
        ) AS series
    )
  ) AS "series"
