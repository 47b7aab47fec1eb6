// Internal tables of the gateway and its triggers, with their first rows and privileges.

import { grantToHolders } from '../../migrating/grant-to-holders.js';

export const bookkeeping = `
  -- One row: the newest migration that a program must know to work on this schema. The baseline is not required: it replaces
  -- this migration and adds nothing, so earlier builds start as well.
  CREATE TABLE schema_minimum (migration text CONSTRAINT schema_minimum_pkey PRIMARY KEY);
  INSERT INTO schema_minimum VALUES ('StateSchemaMinimum1764800000000');

  -- One row: the epoch in which ids of transactions are comparable, the key of the cursors of changes, and the newest
  -- deletion that is not recorded any more.
  CREATE TABLE change_epoch (
    id uuid CONSTRAINT change_epoch_pkey PRIMARY KEY,
    began timestamptz(6) NOT NULL DEFAULT now(),
    cursor_key bytea NOT NULL,
    forgotten_xid xid8,
    forgotten_run_id uuid
  );
  -- 244 bits of a pair of UUIDs are random.
  INSERT INTO change_epoch (id, cursor_key)
  VALUES (gen_random_uuid(), uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

  -- Runs that left a task, for the feeds of changes. A transaction records at most one row for a run: that of the task which
  -- the run was in before the transaction.
  CREATE TABLE task_run_deletion (
    changed_xid xid8 NOT NULL,
    run_id uuid NOT NULL,
    task_id uuid NOT NULL,
    user_id uuid,
    is_move boolean NOT NULL DEFAULT false,
    deleted_at timestamptz(6) NOT NULL DEFAULT now(),
    CONSTRAINT task_run_deletion_pkey PRIMARY KEY (changed_xid, run_id)
  );

  -- Deleted tasks of existing projects: their visibility still decides who is told of their runs' deletions.
  CREATE TABLE deleted_task (
    id uuid CONSTRAINT deleted_task_pkey PRIMARY KEY,
    project_id uuid NOT NULL,
    run_visibility varchar(32) NOT NULL,
    changed_xid xid8 NOT NULL
  );

  -- Storage keys of deleted runs. The bytes are deleted later, unless another file has the key.
  CREATE TABLE file_deletion (
    storage_key varchar(1024) CONSTRAINT file_deletion_pkey PRIMARY KEY,
    recorded timestamptz(6) NOT NULL DEFAULT now()
  );

  -- How far the runs of a project or task were copied from another service.
  CREATE TABLE mirror_cursor (
    source varchar(2048) NOT NULL,
    resource_id uuid NOT NULL,
    project_id uuid NOT NULL CONSTRAINT mirror_cursor_project_id_fkey REFERENCES project ON DELETE CASCADE,
    change_cursor varchar(255) NOT NULL,
    CONSTRAINT mirror_cursor_pkey PRIMARY KEY (source, resource_id)
  );
`;

/**
 * SQL that grants privileges. New tables get the privileges of ALTER DEFAULT PRIVILEGES. Roles that these allow to
 * write or delete runs also get the privileges that erasures and deletions require.
 */
export const rights = `
      -- A role that may delete rows of files records their keys, and takes them back.
      ${grantToHolders(['DELETE', 'task_run_file'], 'SELECT, INSERT, UPDATE, DELETE ON file_deletion')}
      -- A role that writes runs leaves out those of erased people.
      ${grantToHolders(['INSERT', 'task_run'], 'SELECT ON erased_run', 'SELECT ON erased_user')}
      -- A role that deletes runs may erase people.
      ${grantToHolders(
        ['DELETE', 'task_run'],
        'SELECT, INSERT ON erased_run',
        'SELECT, INSERT ON erased_user',
        'SELECT ON deleted_task',
        'SELECT, UPDATE (user_id) ON task_run_deletion',
      )}
`;
