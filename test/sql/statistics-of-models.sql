-- Figures for models and for values inside the JSON of runs.
--
-- Statement `task_run_statistics`, sent for an owner of the organization:
--   { taskRunStats(orgId: "org", projectId: "project") {
--     groupBy(dimension: MODEL) { runs }
--     numbers: groupBy(dimension: RESPONSE, path: "/+1") { runs }
--     inputs: groupBy(dimension: SUBMITTED, path: "/text") { runs }
--   } }
-- $1 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $2 ["model"]
-- $3 ["+1"]
-- $4 [0]
-- $5 ["submitted","text"]
-- $6 100
-- $7 100
-- $8 100

WITH
  part AS MATERIALIZED (
    SELECT
      (
        CASE
          WHEN jsonb_typeof((run.run_data #> $2::text[])) = 'string'
          AND char_length((run.run_data #> $2::text[]) #>> '{}') <= 200 THEN (run.run_data #> $2::text[]) #>> '{}'
        END
      ) COLLATE "C" AS key0,
      (
        coalesce(
          (
            CASE
              WHEN EXISTS (
                SELECT
                FROM unnest($4::integer[]) AS position
                WHERE jsonb_typeof(run.response #> ($3::text[]) [:position]) = 'array'
              ) THEN NULL
              ELSE run.response #> $3::text[]
            END
          ),
          'null'::jsonb
        )
      )::text COLLATE "C" AS text1,
      (coalesce((run.run_data #> $5::text[]), 'null'::jsonb))::text COLLATE "C" AS text2,
      count(*) AS "runs"
    FROM (SELECT run.* FROM task_run AS run WHERE run.task_id = ANY ($1::uuid[]) AND true) AS run
    GROUP BY 1, 2, 3
  ),
  set0 AS MATERIALIZED (
    SELECT 0 AS id, sum(partial."runs") AS "runs"
    FROM (SELECT part.text1::jsonb AS key1, part.text2::jsonb AS key2, part.* FROM part AS part) AS partial
  ),
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
            FROM
              (
                SELECT part.text1::jsonb AS key1, part.text2::jsonb AS key2, part.*
                FROM part AS part
              ) AS partial
            GROUP BY partial.key0
          ) AS combined
        ORDER BY coalesce(combined."runs", 0) DESC, combined.key
        LIMIT $6::integer
      ) AS combined
  ),
  set2 AS MATERIALIZED (
    SELECT
      20004 + row_number() OVER (
        ORDER BY coalesce(combined."runs", 0) DESC, (combined.text::jsonb #>> '{}') COLLATE "C", combined.text
      ) AS id,
      combined.*
    FROM
      (
        SELECT *
        FROM
          (
            SELECT 0 AS parent, partial.key1 AS key, min(partial.text1) AS text, sum(partial."runs") AS "runs"
            FROM
              (
                SELECT part.text1::jsonb AS key1, part.text2::jsonb AS key2, part.*
                FROM part AS part
              ) AS partial
            GROUP BY partial.key1
          ) AS combined
        ORDER BY coalesce(combined."runs", 0) DESC, (combined.text::jsonb #>> '{}') COLLATE "C", combined.text
        LIMIT $7::integer
      ) AS combined
  ),
  set3 AS MATERIALIZED (
    SELECT
      30006 + row_number() OVER (
        ORDER BY coalesce(combined."runs", 0) DESC, (combined.text::jsonb #>> '{}') COLLATE "C", combined.text
      ) AS id,
      combined.*
    FROM
      (
        SELECT *
        FROM
          (
            SELECT 0 AS parent, partial.key2 AS key, min(partial.text2) AS text, sum(partial."runs") AS "runs"
            FROM
              (
                SELECT part.text1::jsonb AS key1, part.text2::jsonb AS key2, part.*
                FROM part AS part
              ) AS partial
            GROUP BY partial.key2
          ) AS combined
        ORDER BY coalesce(combined."runs", 0) DESC, (combined.text::jsonb #>> '{}') COLLATE "C", combined.text
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
            'value', left((combined.text::jsonb #>> '{}'), 1000)
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
            'figures', json_build_object('runs', coalesce(combined."runs", 0)::bigint),
            'parent', combined.parent,
            'value', left((combined.text::jsonb #>> '{}'), 1000)
          )
          ORDER BY combined.id
        )
      FROM set3 AS combined
    )
  ) AS "sets",
  NULL AS "percentiles",
  NULL AS "previous",
  NULL AS "previousPercentiles",
  NULL AS "groups",
  json_build_array() AS "series"
