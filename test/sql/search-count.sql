-- The number of runs with the keys of a search, from the plan of a statement that reads none of them.
--
-- Statement `task_run_search_count`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", filter: { search: "rate limit" }) { totalCount } }
-- $1 ["(transaction)","(transaction)","(transaction)","(transaction)"]
-- $2 ["-1478400566459266291","(transaction)","-1925524320336209766","-1349164297261613593"]
-- $3 1

EXPLAIN (ANALYZE, TIMING off, FORMAT json) (
  SELECT
  FROM
    (
      SELECT *
      FROM task_run AS searched
      WHERE
        task_run_term_keys (
          searched.task_id,
          task_run_words (searched.response, searched.run_data) || task_run_values (searched.response, searched.run_data)
        ) && (SELECT $1::bigint[])::bigint[]
        AND task_run_term_keys (
          searched.task_id,
          task_run_words (searched.response, searched.run_data) || task_run_values (searched.response, searched.run_data)
        ) && (SELECT $2::bigint[])::bigint[]
      OFFSET 0
    ) AS run
  LIMIT (SELECT $3::integer)
)
