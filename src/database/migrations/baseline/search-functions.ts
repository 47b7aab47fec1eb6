// Functions of the search index and of search statements. They refer only to PostgreSQL's own objects: restored dumps
// and `REINDEX` run them without a search_path. Their declared costs keep the planner from calling them for every run
// of a table.
//
// Changing a function would make existing indexes wrong. A changed rule needs a function and an index with new names.

export const searchFunctions = `
      -- The words of all texts and numbers, without names of members, in the first 262,144 characters of each value; null
      -- without words.
      CREATE OR REPLACE FUNCTION task_run_words(response jsonb, run_data jsonb) RETURNS text[]
      LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
      BEGIN
        RETURN (
          SELECT array_agg(DISTINCT word)
          FROM (VALUES (response), (run_data -> 'submitted')) AS source (json)
          CROSS JOIN LATERAL (
            SELECT left(string_agg(leaf #>> '{}', ' '), 262144) AS text
            FROM jsonb_path_query(json, 'strict $.** ? (@.type() == "string" || @.type() == "number")') AS leaf
          ) AS leaves
          CROSS JOIN LATERAL unnest(string_to_array(regexp_replace(lower(text), '[^[:alnum:]]+', ' ', 'g'), ' ')) AS word
          WHERE word <> ''
        );
      END $$;

      -- Each string of up to 1,000 characters, number, boolean and null with its JSON Pointer, down to five names deep and
      -- not inside arrays; null without values. Equal numbers are written alike.
      CREATE OR REPLACE FUNCTION task_run_values(response jsonb, run_data jsonb) RETURNS text[]
      LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
      BEGIN
        RETURN (
          WITH RECURSIVE node (pointer, json, depth) AS (
            SELECT * FROM (VALUES ('response', response, 0), ('submitted', run_data -> 'submitted', 0)) AS root
            UNION ALL
            SELECT node.pointer || '/' || replace(replace(member.key, '~', '~0'), '/', '~1'), member.value, depth + 1
            FROM node
            CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(json) WHEN 'object' THEN json END) AS member
            WHERE depth < 5
          )
          SELECT array_agg(
            pointer || ' ' || CASE jsonb_typeof(json) WHEN 'number' THEN trim_scale(json::numeric)::text ELSE json::text END
          )
          FROM node
          WHERE CASE jsonb_typeof(json)
            WHEN 'string' THEN length(json #>> '{}') <= 1000
            ELSE jsonb_typeof(json) IN ('number', 'boolean', 'null')
          END
        );
      END $$;

      -- The keys of terms in the index, different in each task: the time of a search shows nothing about other tasks. The
      -- digest resists second preimages, so this holds for chosen terms as well.
      CREATE OR REPLACE FUNCTION task_run_term_keys(task_id uuid, terms text[]) RETURNS bigint[]
      LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
      BEGIN
        RETURN (
          SELECT array_agg(('x' || left(md5(task_id::text || term), 16))::bit(64)::bigint) FROM unnest(terms) AS term
        );
      END $$;
`;
