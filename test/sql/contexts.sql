-- The contexts of runs, each with the totals of its runs that the caller sees.
--
-- Statement `task_run_contexts`, sent for a viewer of the project, who has executed runs:
--   { taskRun(orgId: "org", projectId: "project", taskId: "viewerTask", id: "viewerRun") { context { totals { runs } } } }
-- $1 ["conversation"]
-- $2 100001
-- $3 "viewer"
-- $4 ["viewerTask","largeTask"]
-- $5 ["ownerTask","editorTask"]

WITH
  own_run AS MATERIALIZED (
    SELECT found.*
    FROM
      unnest((SELECT $5::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT run.*
        FROM
          (
            SELECT run.user_id, run.created, run.id
            FROM task_run AS run
            WHERE run.task_id = task.id AND run.user_id BETWEEN (SELECT $3::uuid) AND (SELECT $3::uuid)
            ORDER BY run.user_id ASC, run.created ASC, run.id ASC
          ) AS own
          CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = own.id OFFSET 0) AS run
        WHERE run.context_id = ANY ((SELECT $1::varchar[])::varchar[])
      ) AS found
  )
SELECT
  totals.runs,
  totals.errors,
  totals.retries,
  totals."inputTokens",
  totals."outputTokens",
  totals."totalTokens",
  totals."chargedCredits",
  totals."from",
  totals."to",
  totals.ids[1] AS "firstId",
  totals.task_ids[1] AS "firstTaskId",
  totals.ids[totals.runs] AS "lastId",
  totals.task_ids[totals.runs] AS "lastTaskId"
FROM
  unnest((SELECT $1::varchar[])) WITH ORDINALITY AS wanted (context_id, position)
  CROSS JOIN LATERAL (
    SELECT
      count(*)::integer AS runs,
      count(*) FILTER (WHERE run.is_error)::integer AS errors,
      coalesce(sum(run.llm_retries), 0)::text AS retries,
      coalesce(sum(run.input_tokens), 0)::text AS "inputTokens",
      coalesce(sum(run.output_tokens), 0)::text AS "outputTokens",
      coalesce(sum(run.total_tokens), 0)::text AS "totalTokens",
      coalesce(sum(run.charged_credits), 0)::text AS "chargedCredits",
      to_char(min(run.created) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "from",
      to_char(max(run.created) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "to",
      array_agg(run.id ORDER BY run.created, run.id) AS ids,
      array_agg(run.task_id ORDER BY run.created, run.id) AS task_ids
    FROM
      (
        SELECT *
        FROM
          (
            SELECT run.*
            FROM
              unnest((SELECT $4::uuid[])) AS task (id)
              CROSS JOIN LATERAL (
                SELECT *
                FROM task_run AS run
                WHERE run.task_id = task.id AND run.context_id = wanted.context_id
                OFFSET 0
              ) AS run
            UNION ALL
            SELECT *
            FROM own_run
            WHERE own_run.context_id = wanted.context_id
          ) AS run
        LIMIT (SELECT $2::integer)
      ) AS run
  ) AS totals
ORDER BY wanted.position
