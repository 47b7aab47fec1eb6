// The seed as set-based SQL. All values are derived from the row's number with md5, so that a database of a given size
// has the same ids and payloads on every machine.

export const organizations = 10;
export const projects = 3 * organizations;
export const tasks = 4 * projects;
export const groupsOfProject = 5;

/** The subject of the gateway's token: a viewer of every organization. */
export const subject = 'bench-subject';

const templates = 1000;
const largeTemplates = 10;

/**
 * Session-local functions for the other statements. They are STABLE, like their bodies: PostgreSQL does not inline
 * functions that are declared stricter than their bodies, and the seed would take three times as long.
 */
export const functions = `
  SET synchronous_commit = off;
  -- Foreign keys hold by construction; checking ten million of them would be most of the time.
  SET session_replication_role = replica;
  -- What the gateway reads with a run is there as after any other INSERT.
  ALTER TABLE task_run ENABLE ALWAYS TRIGGER task_run_json_bytes;

  CREATE FUNCTION pg_temp.pick(kind text, n bigint, choices integer) RETURNS integer LANGUAGE sql STABLE
    AS $$ SELECT ('x' || substr(md5(kind || n), 1, 7))::bit(28)::integer % choices $$;

  -- 48 bits of milliseconds, then anything: ids of the real kind, which are not RFC 4122.
  CREATE FUNCTION pg_temp.id_of(kind text, n bigint, at timestamptz) RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
      || substr(md5(kind || n), 1, 20))::uuid $$;
  CREATE FUNCTION pg_temp.id_of(kind text, n bigint) RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.id_of(kind, n, '2025-01-01T00:00:00Z'::timestamptz + n * interval '1 hour') $$;

  CREATE FUNCTION pg_temp.run_created(n bigint, runs bigint) RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT '2025-09-01T00:00:00.000001Z'::timestamptz + n * (interval '60 days' / runs) $$;
  CREATE FUNCTION pg_temp.run_id(n bigint, runs bigint) RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.id_of('run', n, pg_temp.run_created(n, runs)) $$;

  CREATE FUNCTION pg_temp.prose(kind text, n bigint, bytes integer) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT left(string_agg((ARRAY['the', 'task', 'image', 'sentence', 'contains', 'product', 'customer',
      'invoice', 'total', 'number', 'a', 'of', 'and', 'naïve', '"quoted"', 'report', 'classification', 'negative',
      'positive', 'language', 'model', 'summary', 'was', 'answered', 'Zürich', 'score', 'confidence', 'table', 'column',
      'revision', 'matches', 'none'])[1 + pg_temp.pick(kind || n || ' ', word, 32)], ' '), bytes)
      FROM generate_series(1, bytes / 4) word $$;
`;

/** Organizations, projects, tasks, groups and grants, which do not depend on the number of runs. */
export const catalogue = `
  INSERT INTO organization (id, name)
    SELECT pg_temp.id_of('org', n), 'Organization ' || n FROM generate_series(0, ${organizations - 1}) n;
  INSERT INTO project (id, org_id, name)
    SELECT pg_temp.id_of('project', n), pg_temp.id_of('org', n % ${organizations}), 'Project ' || n
    FROM generate_series(0, ${projects - 1}) n;
  INSERT INTO task (id, project_id, name, run_visibility)
    SELECT pg_temp.id_of('task', n), pg_temp.id_of('project', n % ${projects}), 'Task ' || n, 'all_viewers'
    FROM generate_series(0, ${tasks - 1}) n;
  INSERT INTO reporting_group (id, project_id, name, description)
    SELECT pg_temp.id_of('group', n), pg_temp.id_of('project', n % ${projects}), 'Group ' || n,
      pg_temp.prose('group', n, 60)
    FROM generate_series(0, ${groupsOfProject * projects - 1}) n;
  INSERT INTO access_grant (resource_type, resource_id, subject_type, subject_id, role)
    SELECT 'organization', id, 'user', '${subject}', 'viewer' FROM organization
    UNION ALL
    SELECT 'organization', id, 'user', 'colleague-' || n, 'editor' FROM organization, generate_series(1, 100) n;

  CREATE TEMP TABLE template AS
    SELECT n AS number,
      jsonb_build_object(
        'sentiment', (ARRAY['positive', 'negative', 'neutral'])[1 + n % 3],
        'image_match', n % 2 = 0,
        'confidence', n / 1000.0::float8,
        'items', (SELECT jsonb_agg(jsonb_build_object('label', pg_temp.prose('label', n * 10 + i, 12),
          'score', i / 7.0::float8, 'box', jsonb_build_array(i, n, 640, 480))) FROM generate_series(1, 5) i),
        'summary', pg_temp.prose('summary', n,
          CASE WHEN n < ${templates} THEN 100 + pg_temp.pick('response', n, 1200) ELSE 200000 END)
      ) AS response,
      jsonb_build_object(
        'submitted', jsonb_build_object('text', pg_temp.prose('submitted', n, 200 + pg_temp.pick('run_data', n, 1000)),
          'language', 'en', 'priority', n % 5),
        'files', jsonb_build_array('input.png'),
        'metadata', jsonb_build_object('source', 'api', 'attempt', 1, 'tags', jsonb_build_array('bench', 'template'))
      ) AS run_data
    FROM generate_series(0, ${templates + largeTemplates - 1}) n;
  CREATE UNIQUE INDEX ON template (number);
  ANALYZE template;
`;

/** Runs $2 to $3 of $1 in total. One in a thousand has a response of 200 KB. */
export const runs = `
  INSERT INTO task_run
  SELECT pg_temp.run_id(n, $1), pg_temp.id_of('task', task), pg_temp.id_of('revision', task),
    CASE WHEN n % 50 = 7 THEN '{"detail": {"message": "The model did not answer in time."}}'::jsonb
      WHEN n % 100 = 3 THEN response -> 'summary'
      WHEN n % 100 = 4 THEN NULL
      ELSE response || jsonb_build_object('trace', md5('trace' || n)) END,
    run_data || jsonb_build_object('request', md5('request' || n)),
    pg_temp.run_created(n, $1), 100 + pick, pick / 2, 100 + pick + pick / 2, pick / 1e6, pick / 1e3,
    (pick / 100)::numeric(10, 2), n % 50 = 7, n % 3, n % 20 = 0, CASE WHEN n % 50 = 7 THEN 'timeout' END,
    CASE WHEN n % 20 = 0 THEN pg_temp.id_of('model', n % 7) END, pg_temp.id_of('user', pick % 200),
    CASE WHEN n % 10 <> 9 THEN pg_temp.id_of('group', task % ${projects} + ${projects} * (n % ${groupsOfProject})) END,
    CASE WHEN n % 2 = 0 THEN 'order-' || n END, CASE WHEN n % 4 = 0 THEN 'context-' || n END
  FROM (SELECT n, pg_temp.pick('task', n, ${tasks}) AS task, pg_temp.pick('pick', n, 4000) AS pick,
      CASE WHEN n % 1000 = 500 THEN ${templates} + pg_temp.pick('large', n, ${largeTemplates})
        ELSE pg_temp.pick('template', n, ${templates}) END AS template
      FROM generate_series($2::bigint, $3::bigint) n OFFSET 0) numbered
  JOIN template ON template.number = numbered.template
  ORDER BY n`;

/** Two files for each of the runs $2 to $3. */
export const files = `
  INSERT INTO task_run_file (task_run_id, position, name, content_type, size_bytes, direction, storage_key, created)
  SELECT pg_temp.run_id(n, $1), position, name, content_type, 1000 + pg_temp.pick(name, n, 1000000), direction,
    'bench/' || n || '/' || name, pg_temp.run_created(n, $1)
  FROM generate_series($2::bigint, $3::bigint) n
  CROSS JOIN (VALUES (0, 'input.png', 'image/png', 'INPUT'), (1, 'result.csv', 'text/csv', 'OUTPUT'))
    AS file (position, name, content_type, direction)`;

/** Reverts the changes that `functions` made to the table. */
export const finish = 'ALTER TABLE task_run ENABLE TRIGGER task_run_json_bytes';

/** Gives the last run a response of 5 MB. */
export const hugeRun = `
  UPDATE task_run SET response = jsonb_build_object('summary', pg_temp.prose('huge', 0, 5000000))
  WHERE id = pg_temp.run_id($1, $1)`;
