-- A page whose filter has a separate range in an index, and is tested on the runs of that range.
--
-- Statement `task_run_pages_by_task`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "ownerTask", filter: { reportingGroupId: "group", hasFallbackLlmModel: false }) { nodes { id } } }
-- $1 ["org"]
-- $2 ["project"]
-- $3 ["ownerTask"]
-- $4 ["owner"]
-- $5 [null]
-- $6 [51]
-- $7 [1000]
-- $8 [20000]
-- $9 "group"
-- $10 "group"

SELECT
  task.id AS "taskId",
  task.run_visibility AS visibility,
  project.id IS NOT NULL AS "isProject",
  coalesce(granted.roles, 0) AS roles,
  page.*
FROM
  unnest(
    (SELECT $1::uuid[]),
    (SELECT $2::uuid[]),
    (SELECT $3::uuid[]),
    (SELECT $4::text[]),
    (SELECT $5::uuid[]),
    (SELECT $6::integer[]),
    (SELECT $7::bigint[]),
    (SELECT $8::bigint[])
  ) WITH ORDINALITY AS request (org_id, project_id, task_id, subject, user_id, size, max_runs, max_entries, position)
  LEFT JOIN organization ON organization.id = request.org_id
  LEFT JOIN project ON project.id = request.project_id AND project.org_id = organization.id
  LEFT JOIN task ON task.id = request.task_id AND task.project_id = project.id
  LEFT JOIN LATERAL (
    SELECT
      bit_or(
        CASE role_on_path.role
          WHEN 'viewer' THEN 2
          WHEN 'editor' THEN 4
          WHEN 'owner' THEN 8
          WHEN 'analyst' THEN 1
        END
      ) AS roles
    FROM
      (
        VALUES ('organization', organization.id), ('project', project.id), ('task', task.id)
      ) AS granted_on (type, id)
      CROSS JOIN LATERAL (
        SELECT direct.role
        FROM access_grant AS direct
        WHERE
          direct.subject_type = 'user'
          AND direct.subject_id = request.subject
          AND direct.resource_type = granted_on.type
          AND direct.resource_id = granted_on.id
        UNION ALL
        SELECT shared.role
        FROM
          access_grant AS shared
          JOIN access_grant AS membership ON membership.resource_type = shared.subject_type AND membership.resource_id = shared.subject_id::uuid
        WHERE
          membership.subject_type = 'user'
          AND membership.subject_id = request.subject
          AND membership.role <> 'analyst'
          AND shared.subject_type <> 'user'
          AND shared.resource_type = granted_on.type
          AND shared.resource_id = granted_on.id
      ) AS role_on_path
  ) AS granted ON true
  LEFT JOIN LATERAL (
    WITH
      tested AS MATERIALIZED (
        (
          WITH
            matching AS MATERIALIZED (
              SELECT created, id
              FROM
                (
                  SELECT run.created, run.id, (true AND run.fallback_llm_model_id IS NULL) AS matches
                  FROM task_run AS run
                  WHERE
                    run.task_id = task.id
                    AND granted.roles >= CASE task.run_visibility
                      WHEN 'owner_only' THEN 8
                      WHEN 'editors_and_owners' THEN 4
                      WHEN 'all_viewers' THEN 2
                    END
                    AND true
                    AND run.reporting_group_id = $9::uuid
                  ORDER BY run.created DESC, run.id DESC
                  LIMIT request.max_runs
                ) AS tested
              WHERE matches
              ORDER BY tested.created DESC, tested.id DESC
              LIMIT request.size
            )
          SELECT created, id, true AS matches, false AS is_end
          FROM matching
          UNION ALL
          SELECT created, id, false, true
          FROM
            (
              SELECT run.created, run.id
              FROM task_run AS run
              WHERE
                run.task_id = task.id
                AND granted.roles >= CASE task.run_visibility
                  WHEN 'owner_only' THEN 8
                  WHEN 'editors_and_owners' THEN 4
                  WHEN 'all_viewers' THEN 2
                END
                AND true
                AND run.reporting_group_id = $9::uuid
              ORDER BY run.created DESC, run.id DESC
              OFFSET request.max_runs - 1
              LIMIT 1
            ) AS last
          WHERE (SELECT count(*) FROM matching) < request.size
        )
        UNION ALL
        (
          WITH
            matching AS MATERIALIZED (
              SELECT own.created, own.id
              FROM
                (
                  SELECT run.user_id, run.created, run.id
                  FROM task_run AS run
                  WHERE
                    run.task_id = task.id
                    AND run.user_id BETWEEN request.user_id AND request.user_id
                    AND NOT (
                      granted.roles >= CASE task.run_visibility
                        WHEN 'owner_only' THEN 8
                        WHEN 'editors_and_owners' THEN 4
                        WHEN 'all_viewers' THEN 2
                      END
                      OR granted.roles & 1 <> 0
                    )
                  ORDER BY run.user_id DESC, run.created DESC, run.id DESC
                  LIMIT request.max_runs
                ) AS own
                CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = own.id OFFSET 0) AS run
              WHERE true AND run.reporting_group_id = $10::uuid AND run.fallback_llm_model_id IS NULL
              ORDER BY own.user_id DESC, own.created DESC, own.id DESC
              LIMIT request.size
            )
          SELECT created, id, true AS matches, false AS is_end
          FROM matching
          UNION ALL
          SELECT created, id, false, true
          FROM
            (
              SELECT run.user_id, run.created, run.id
              FROM task_run AS run
              WHERE
                run.task_id = task.id
                AND run.user_id BETWEEN request.user_id AND request.user_id
                AND NOT (
                  granted.roles >= CASE task.run_visibility
                    WHEN 'owner_only' THEN 8
                    WHEN 'editors_and_owners' THEN 4
                    WHEN 'all_viewers' THEN 2
                  END
                  OR granted.roles & 1 <> 0
                )
              ORDER BY run.user_id DESC, run.created DESC, run.id DESC
              OFFSET request.max_runs - 1
              LIMIT 1
            ) AS last
          WHERE (SELECT count(*) FROM matching) < request.size
        )
      ),
      scan_end AS MATERIALIZED (
        SELECT created, id
        FROM tested
        WHERE is_end
        ORDER BY tested.created DESC, tested.id DESC, is_end
        LIMIT 1
      ),
      page_row AS MATERIALIZED (
        SELECT created, id
        FROM
          (
            SELECT
              *,
              bool_or(is_end) OVER (
                ORDER BY
                  tested.created DESC,
                  tested.id DESC,
                  is_end ROWS BETWEEN UNBOUNDED PRECEDING
                  AND 1 PRECEDING
              ) AS is_beyond
            FROM tested
          ) AS tested
        WHERE matches AND is_beyond IS NOT TRUE
        ORDER BY tested.created DESC, tested.id DESC, is_end
      ),
      read_run AS MATERIALIZED (
        SELECT
          run.id,
          run.created AT TIME ZONE 'UTC' AS created,
          run.total_tokens AS "totalTokens",
          coalesce(run.is_error, false) AS "isError",
          run.reporting_group_id AS "reportingGroupId"
        FROM
          page_row
          CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
      )
    SELECT
      page.*,
      (SELECT to_json(created AT TIME ZONE 'UTC') FROM scan_end) AS "endCreated",
      (SELECT id FROM scan_end) AS "endId"
    FROM
      (
        SELECT
          json_build_object(
            'id', json_agg(run.id),
            'created', json_agg(run.created),
            'totalTokens', json_agg(run."totalTokens"),
            'isError', json_agg(run."isError"),
            'reportingGroupId', json_agg(run."reportingGroupId")
          ) AS runs
        FROM read_run AS run
      ) AS page
  ) AS page ON true
ORDER BY request.position
