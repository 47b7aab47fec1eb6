-- The figures of a report: all groups, most runs first.
--
-- Statement `task_run_statistics`, sent for an owner of the organization:
--   /api/v1/org/{org}/project/{project}/task/{viewerTask}/credit_report?start_date=2024-01-01&end_date=2024-02-01
-- $1 "2024-01-01T00:00:00.000000Z"
-- $2 "2024-02-02T00:00:00.000000Z"
-- $3 ["viewerTask"]
-- $4 10001

WITH
  part AS MATERIALIZED (
    SELECT run.task_revision_id AS key0, count(*) AS "runs", sum(run.charged_credits) AS "chargedCredits"
    FROM
      (
        SELECT run.*
        FROM task_run AS run
        WHERE
          run.task_id = ANY ($3::uuid[])
          AND true
          AND run.created >= $1::timestamptz
          AND run.created < $2::timestamptz
      ) AS run
    GROUP BY 1
  ),
  set0 AS MATERIALIZED (
    SELECT 0 AS id, sum(partial."runs") AS "runs", sum(partial."chargedCredits") AS "chargedCredits"
    FROM part AS partial
  ),
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
          json_build_object(
            'id', combined.id,
            'figures', json_build_object('runs', coalesce(combined."runs", 0)::bigint, 'chargedCredits', coalesce(combined."chargedCredits", 0)::text)
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
            'figures', json_build_object('runs', coalesce(combined."runs", 0)::bigint, 'chargedCredits', coalesce(combined."chargedCredits", 0)::text),
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
