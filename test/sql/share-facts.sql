-- The facts on which a link to a run depends, for a new link, which has no id yet.
-- For a view, $7 is the id of the link, and $8 the time when it was made.
--
-- Statement `share_facts`, sent for an owner of the organization:
--   { taskRun(orgId: "org", projectId: "project", taskId: "ownerTask", id: "run") { share { expires } } }
-- $1 ["org"]
-- $2 ["project"]
-- $3 ["ownerTask"]
-- $4 ["owner"]
-- $5 ["https://demo.task-run-gateway.invalid/"]
-- $6 [null]
-- $7 [null]
-- $8 [null]

SELECT
  EXISTS (
    SELECT
    FROM share_revocation AS revoked
    WHERE revoked.kind = 'share' AND revoked.digest = sha256(convert_to(request.share::text, 'UTF8'))
    UNION ALL
    SELECT
    FROM share_revocation AS revoked
    WHERE
      revoked.kind = 'subject'
      AND revoked.digest = sha256(convert_to(request.subject, 'UTF8'))
      AND revoked.issuer IN ('', request.issuer)
      AND revoked.revoked_at >= request.created
  ) AS "isRevoked",
  coalesce(granted.roles, 0) AS roles,
  named.name AS "sharerName",
  to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "readAt"
FROM
  unnest(
    (SELECT $1::uuid[]),
    (SELECT $2::uuid[]),
    (SELECT $3::uuid[]),
    (SELECT $4::text[]),
    (SELECT $5::text[]),
    (SELECT $6::uuid[]),
    (SELECT $7::uuid[]),
    (SELECT $8::timestamptz[])
  ) WITH ORDINALITY AS request (org_id, project_id, task_id, subject, issuer, user_id, share, created, position)
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
  LEFT JOIN resource_name AS named ON named.org_id = organization.id AND named.kind = 'user' AND named.id = request.user_id
ORDER BY request.position
