-- The keys of words and values in the search index.
--
-- Statement `task_run_search_terms`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", filter: { search: "rate limit", response: [{ path: "/category", in: ["billing", "shipping"] }] }) { nodes { id } } }
-- $1 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $2 "rate limit"
-- $3 ["{\"category\":\"billing\"}","{\"category\":\"shipping\"}"]

SELECT
  EXISTS (
    SELECT
    FROM pg_index
    WHERE indexrelid = to_regclass('task_run_term_idx') AND indisvalid
  ) AS "isSearchable",
  (
    SELECT json_agg(oid::regclass::text)
    FROM
      (
        SELECT oid
        FROM pg_class
        WHERE
          relkind = 'r'
          AND (
            oid = 'task_run'::regclass
            OR oid IN (SELECT relid FROM pg_partition_tree('task_run'::regclass))
          )
      ) AS leaf
  ) AS tables,
  (
    SELECT json_agg(term_group.keys)
    FROM
      (
        SELECT coalesce(json_agg(key::text) FILTER (WHERE key IS NOT NULL), '[]') AS keys
        FROM
          (
            SELECT 'word ' || position, ARRAY[word]
            FROM
              unnest(coalesce(task_run_words (to_jsonb($2::text), NULL), ARRAY[NULL]::text[])) WITH ORDINALITY AS word (word, position)
            UNION ALL
            SELECT 'values 0', task_run_values (document, NULL)
            FROM unnest((SELECT $3::jsonb[])) AS document
          ) AS term (name, terms)
          LEFT JOIN unnest((SELECT $1::uuid[])) AS task (id) ON true
          LEFT JOIN LATERAL unnest(task_run_term_keys (task.id, term.terms)) AS key ON true
        GROUP BY term.name
      ) AS term_group
  ) AS keys
