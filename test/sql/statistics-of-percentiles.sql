-- The percentiles of all runs of a task.
--
-- Statement `task_run_statistics`, sent for an owner of the organization:
--   { taskRunStats(orgId: "org", projectId: "project", taskId: "ownerTask") { llmCallTiming { p95 } } }
-- $1 ["ownerTask"]

WITH
  part AS MATERIALIZED (
    SELECT
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
      percentile_disc(ARRAY[0.5, 0.9, 0.95, 0.99]) WITHIN GROUP (ORDER BY run.llm_call_timing) FILTER (
        WHERE run.llm_call_timing > -1e100 AND run.llm_call_timing < 1e100
      ) AS "llmCallTiming"
    FROM (SELECT run.* FROM task_run AS run WHERE run.task_id = ANY ($1::uuid[]) AND true) AS run
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
    )
  ) AS "sets",
  (
    SELECT json_agg(timed)
    FROM (SELECT 0 AS id, partial."llmCallTiming" FROM part AS partial) AS timed
    WHERE timed.id IS NOT NULL
  ) AS "percentiles",
  NULL AS "previous",
  NULL AS "previousPercentiles",
  NULL AS "groups",
  json_build_array() AS "series"
