-- Which of the callers who follow an organization have changes to receive.
--
-- Statement `organization_change_poll`, sent for a viewer of the project, who has executed runs:
--   { taskRunChanges(orgId: "org", after: "lastCursorOfChanges", wait: 1) { endCursor } }
-- $1 [null]
-- $2 [null]
-- $3 ["viewer"]
-- $4 ["viewer"]
-- $5 [null]
-- $6 [true]
-- $7 ["(transaction)"]
-- $8 ["org"]
-- $9 [null]

WITH settled AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
SELECT
  (SELECT id FROM change_epoch) AS epoch,
  (SELECT xid FROM settled) AS settled,
  ARRAY(
    SELECT position::integer
    FROM
      unnest(
        (SELECT $1::uuid[]),
        (SELECT $2::uuid[]),
        (SELECT $3::text[]),
        (SELECT $4::uuid[]),
        (SELECT $5::text[]),
        (SELECT $6::boolean[]),
        (SELECT $7::xid8[]),
        (SELECT $8::uuid[]),
        (SELECT $9::text[])
      ) WITH ORDINALITY AS request (project_id, task_id, subject, user_id, task_ids, has_usage, since, org_id, project_ids, position)
    WHERE
      request.since <= (SELECT forgotten_xid FROM change_epoch)
      OR EXISTS (
        SELECT
        FROM
          project
          CROSS JOIN LATERAL (SELECT project.org_id AS id) AS organization
          JOIN task ON task.project_id = project.id
        WHERE
          project.org_id = request.org_id
          AND (request.project_ids IS NULL OR project.id = ANY (request.project_ids::uuid[]))
          AND (request.task_ids IS NULL OR task.id = ANY (request.task_ids::uuid[]))
          AND CASE
            WHEN (
              EXISTS (
                SELECT
                FROM task_run AS run
                WHERE
                  run.task_id = task.id
                  AND run.changed_xid >= request.since
                  AND run.changed_xid < (SELECT xid FROM settled)
                LIMIT 1
              )
              OR (
                EXISTS (
                  SELECT
                  FROM (SELECT * FROM task_run_deletion WHERE is_move = false) AS run
                  WHERE
                    run.task_id = task.id
                    AND run.changed_xid >= request.since
                    AND run.changed_xid < (SELECT xid FROM settled)
                  LIMIT 1
                )
                OR EXISTS (
                  SELECT
                  FROM (SELECT * FROM task_run_deletion WHERE is_move = true) AS run
                  WHERE
                    run.task_id = task.id
                    AND run.changed_xid >= request.since
                    AND run.changed_xid < (SELECT xid FROM settled)
                  LIMIT 1
                )
              )
            ) THEN (
              SELECT
                CASE
                  WHEN (
                    granted.roles >= CASE task.run_visibility
                      WHEN 'owner_only' THEN 8
                      WHEN 'editors_and_owners' THEN 4
                      WHEN 'all_viewers' THEN 2
                    END
                    OR request.has_usage
                    AND granted.roles & 1 <> 0
                  ) THEN true
                  WHEN granted.roles IS NOT NULL THEN (
                    EXISTS (
                      SELECT
                      FROM task_run AS run
                      WHERE
                        run.task_id = task.id
                        AND (run.user_id, run.changed_xid) >= (request.user_id, request.since)
                        AND run.user_id BETWEEN request.user_id AND request.user_id
                        AND run.changed_xid >= request.since
                        AND run.changed_xid < (SELECT xid FROM settled)
                      LIMIT 1
                    )
                    OR (
                      EXISTS (
                        SELECT
                        FROM (SELECT * FROM task_run_deletion WHERE is_move = false) AS run
                        WHERE
                          run.task_id = task.id
                          AND (run.user_id, run.changed_xid) >= (request.user_id, request.since)
                          AND run.user_id BETWEEN request.user_id AND request.user_id
                          AND run.changed_xid >= request.since
                          AND run.changed_xid < (SELECT xid FROM settled)
                        LIMIT 1
                      )
                      OR EXISTS (
                        SELECT
                        FROM (SELECT * FROM task_run_deletion WHERE is_move = true) AS run
                        WHERE
                          run.task_id = task.id
                          AND (run.user_id, run.changed_xid) >= (request.user_id, request.since)
                          AND run.user_id BETWEEN request.user_id AND request.user_id
                          AND run.changed_xid >= request.since
                          AND run.changed_xid < (SELECT xid FROM settled)
                        LIMIT 1
                      )
                    )
                  )
                END
              FROM
                (
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
                ) AS granted
            )
          END
      )
      OR request.task_id IS NULL
      AND EXISTS (
        SELECT
        FROM deleted_task AS task JOIN project ON project.id = task.project_id
        WHERE
          project.org_id = request.org_id
          AND (request.project_ids IS NULL OR project.id = ANY (request.project_ids::uuid[]))
          AND task.changed_xid >= request.since
          AND (request.task_ids IS NULL OR task.id = ANY (request.task_ids::uuid[]))
          AND NOT EXISTS (SELECT FROM task AS present WHERE present.id = task.id)
          AND CASE
            WHEN (
              EXISTS (
                SELECT
                FROM (SELECT * FROM task_run_deletion WHERE is_move = false) AS run
                WHERE
                  run.task_id = task.id
                  AND run.changed_xid >= request.since
                  AND run.changed_xid < (SELECT xid FROM settled)
                LIMIT 1
              )
              OR EXISTS (
                SELECT
                FROM (SELECT * FROM task_run_deletion WHERE is_move = true) AS run
                WHERE
                  run.task_id = task.id
                  AND run.changed_xid >= request.since
                  AND run.changed_xid < (SELECT xid FROM settled)
                LIMIT 1
              )
            ) THEN (
              SELECT
                CASE
                  WHEN (
                    granted.roles >= CASE task.run_visibility
                      WHEN 'owner_only' THEN 8
                      WHEN 'editors_and_owners' THEN 4
                      WHEN 'all_viewers' THEN 2
                    END
                    OR request.has_usage
                    AND granted.roles & 1 <> 0
                  ) THEN true
                  WHEN granted.roles IS NOT NULL THEN (
                    EXISTS (
                      SELECT
                      FROM (SELECT * FROM task_run_deletion WHERE is_move = false) AS run
                      WHERE
                        run.task_id = task.id
                        AND (run.user_id, run.changed_xid) >= (request.user_id, request.since)
                        AND run.user_id BETWEEN request.user_id AND request.user_id
                        AND run.changed_xid >= request.since
                        AND run.changed_xid < (SELECT xid FROM settled)
                      LIMIT 1
                    )
                    OR EXISTS (
                      SELECT
                      FROM (SELECT * FROM task_run_deletion WHERE is_move = true) AS run
                      WHERE
                        run.task_id = task.id
                        AND (run.user_id, run.changed_xid) >= (request.user_id, request.since)
                        AND run.user_id BETWEEN request.user_id AND request.user_id
                        AND run.changed_xid >= request.since
                        AND run.changed_xid < (SELECT xid FROM settled)
                      LIMIT 1
                    )
                  )
                END
              FROM
                (
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
                      VALUES ('organization', project.org_id), ('project', project.id)
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
                ) AS granted
            )
          END
      )
  ) AS changed
