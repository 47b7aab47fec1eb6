-- The number of runs that meet every kind of condition.
--
-- Statement `task_run_count`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", filter: {
--     statusIn: [FAIL], taskRevisionId: "run", taskRevisionIdIn: ["run"], reportingGroupIdIn: ["group", null], reportingGroupName: "Pilot", userId: "viewer",
--     reference: { eq: "order 4711", in: ["order 4711"], startsWith: "order" }, contextId: { startsWith: "c" },
--     usedFallbackModel: false, fallbackLlmModelIdIn: ["run"], primaryFailureReasonContains: "limit", failureIn: ["Rate limit", "Timeout"],
--     minLlmRetries: 1, maxLlmRetries: 2, minLlmCallTiming: 0.5, maxLlmCallTiming: 9, minTotalTokens: 1, maxTotalTokens: 9, minChargedCredits: "0.1", maxChargedCredits: "9",
--     hasFiles: true, hasReportingGroup: true, hasUser: true, hasReference: false, hasContext: false, hasPrimaryFailureReason: true, hasFallbackLlmModel: false,
--     hasLlmCallTiming: true, hasChargedCredits: true, hasResponse: true, model: "large-1",
--     response: [{ path: "/a", eq: "x" }, { path: "/a", in: ["x", 1] }, { path: "/a", exists: true }, { path: "/a", contains: "x" }, { path: "/+1", gt: 1, gte: 1, lt: 2, lte: 2 }],
--     submitted: [{ path: "/text", exists: false }], runData: [{ path: "", eq: null }],
--     AND: [{ status: FAIL }], OR: [{ userIdIn: ["viewer"] }, { createdBefore: "2025-01-01T00:00:00Z" }], NOT: { createdAfter: "2025-01-01T00:00:00Z" }
--   }) { totalCount } }
-- $1 "project"
-- $2 "Pilot"
-- $3 "viewer"
-- $4 "order 4711"
-- $5 ["order 4711"]
-- $6 "order"
-- $7 "c"
-- $8 "run"
-- $9 ["run"]
-- $10 ["group"]
-- $11 ["run"]
-- $12 "limit"
-- $13 1
-- $14 2
-- $15 0.5
-- $16 9
-- $17 1
-- $18 9
-- $19 "0.1"
-- $20 "9"
-- $21 "2025-01-01T00:00:00.000000Z"
-- $22 ["viewer"]
-- $23 "2025-01-01T00:00:00.000000Z"
-- $24 ["Rate limit","Timeout"]
-- $25 ["a"]
-- $26 "\"x\""
-- $27 ["a"]
-- $28 ["\"x\"","1"]
-- $29 ["a"]
-- $30 ["a"]
-- $31 "\"x\""
-- $32 ["+1"]
-- $33 [0]
-- $34 "1"
-- $35 "1"
-- $36 "2"
-- $37 "2"
-- $38 ["submitted","text"]
-- $39 []
-- $40 "null"
-- $41 ["model"]
-- $42 ["\"large-1\""]
-- $43 ["-7072466543234695282","-7900031195053045783","-2286552744782787264","-4305701922581533971"]
-- $44 ["-7072466543234695282","-7900031195053045783","-2286552744782787264","-4305701922581533971","(transaction)","-3333060912572664725","(transaction)","(transaction)"]
-- $45 ["ownerTask","editorTask","viewerTask","largeTask"]

SELECT count(*)::integer AS count
FROM
  (
    SELECT run.id
    FROM
      (
        SELECT *
        FROM task_run AS searched
        WHERE
          task_run_term_keys (
            searched.task_id,
            task_run_words (searched.response, searched.run_data) || task_run_values (searched.response, searched.run_data)
          ) && (SELECT $43::bigint[])::bigint[]
          AND task_run_term_keys (
            searched.task_id,
            task_run_words (searched.response, searched.run_data) || task_run_values (searched.response, searched.run_data)
          ) && (SELECT $44::bigint[])::bigint[]
        OFFSET 0
      ) AS run
    WHERE
      run.task_id = ANY ($45::uuid[])
      AND true
      AND run.reporting_group_id = (
        SELECT id
        FROM reporting_group
        WHERE project_id = $1::uuid AND name = $2::varchar
      )
      AND run.user_id = $3::uuid
      AND run.reference = $4::varchar
      AND run.reference = ANY ($5::varchar[])
      AND run.reference >= $6::varchar
      AND run.reference < $6::varchar || repeat(chr(1114111), 64)
      AND run.context_id >= $7::varchar
      AND run.context_id < $7::varchar || repeat(chr(1114111), 64)
      AND run.primary_failure_reason IS NOT NULL
      AND run.primary_failure_reason IS NOT NULL
      AND run.is_error
      AND run.task_revision_id = $8::uuid
      AND run.task_revision_id = ANY ($9::uuid[])
      AND (run.reporting_group_id = ANY ($10::uuid[]) OR run.reporting_group_id IS NULL)
      AND run.used_fallback_model IS NOT TRUE
      AND run.fallback_llm_model_id = ANY ($11::uuid[])
      AND run.primary_failure_reason IS NOT NULL
      AND strpos(run.primary_failure_reason, $12::text) > 0
      AND run.llm_retries >= $13::integer
      AND coalesce(run.llm_retries, 0) <= $14::integer
      AND run.llm_call_timing >= $15::double precision
      AND run.llm_call_timing <= $16::double precision
      AND run.total_tokens >= $17::integer
      AND run.total_tokens <= $18::integer
      AND run.charged_credits >= $19::numeric
      AND run.charged_credits <= $20::numeric
      AND EXISTS (SELECT FROM task_run_file WHERE task_run_file.task_run_id = run.id OFFSET 0)
      AND run.reporting_group_id IS NOT NULL
      AND run.user_id IS NOT NULL
      AND run.fallback_llm_model_id IS NULL
      AND run.llm_call_timing IS NOT NULL
      AND run.charged_credits IS NOT NULL
      AND ((run.created < $21::timestamptz) OR (run.user_id = ANY ($22::uuid[])))
      AND (run.created >= $23::timestamptz) IS NOT TRUE
      AND run.is_error
      AND run.is_error
      AND run.is_error
      AND failure_kind_v2 (failure_message (run.response)) COLLATE "C" = ANY ($24::text[])
      AND run.reference IS NULL
      AND run.context_id IS NULL
      AND run.response IS NOT NULL
      AND run.response <> 'null'::jsonb
      AND (run.response #> $25::text[]) = $26::jsonb
      AND (run.response #> $27::text[]) = ANY ($28::jsonb[])
      AND (run.response #> $29::text[]) IS NOT NULL
      AND CASE jsonb_typeof((run.response #> $30::text[]))
        WHEN 'array' THEN (run.response #> $30::text[]) @> $31::jsonb
        WHEN 'string' THEN strpos((run.response #> $30::text[]) #>> '{}', $31::jsonb #>> '{}') > 0
      END
      AND CASE
        WHEN jsonb_typeof(
          (
            CASE
              WHEN EXISTS (
                SELECT
                FROM unnest($33::integer[]) AS position
                WHERE jsonb_typeof(run.response #> ($32::text[]) [:position]) = 'array'
              ) THEN NULL
              ELSE run.response #> $32::text[]
            END
          )
        ) = 'number' THEN (
          CASE
            WHEN EXISTS (
              SELECT
              FROM unnest($33::integer[]) AS position
              WHERE jsonb_typeof(run.response #> ($32::text[]) [:position]) = 'array'
            ) THEN NULL
            ELSE run.response #> $32::text[]
          END
        )::numeric > $34::numeric
      END
      AND CASE
        WHEN jsonb_typeof(
          (
            CASE
              WHEN EXISTS (
                SELECT
                FROM unnest($33::integer[]) AS position
                WHERE jsonb_typeof(run.response #> ($32::text[]) [:position]) = 'array'
              ) THEN NULL
              ELSE run.response #> $32::text[]
            END
          )
        ) = 'number' THEN (
          CASE
            WHEN EXISTS (
              SELECT
              FROM unnest($33::integer[]) AS position
              WHERE jsonb_typeof(run.response #> ($32::text[]) [:position]) = 'array'
            ) THEN NULL
            ELSE run.response #> $32::text[]
          END
        )::numeric >= $35::numeric
      END
      AND CASE
        WHEN jsonb_typeof(
          (
            CASE
              WHEN EXISTS (
                SELECT
                FROM unnest($33::integer[]) AS position
                WHERE jsonb_typeof(run.response #> ($32::text[]) [:position]) = 'array'
              ) THEN NULL
              ELSE run.response #> $32::text[]
            END
          )
        ) = 'number' THEN (
          CASE
            WHEN EXISTS (
              SELECT
              FROM unnest($33::integer[]) AS position
              WHERE jsonb_typeof(run.response #> ($32::text[]) [:position]) = 'array'
            ) THEN NULL
            ELSE run.response #> $32::text[]
          END
        )::numeric < $36::numeric
      END
      AND CASE
        WHEN jsonb_typeof(
          (
            CASE
              WHEN EXISTS (
                SELECT
                FROM unnest($33::integer[]) AS position
                WHERE jsonb_typeof(run.response #> ($32::text[]) [:position]) = 'array'
              ) THEN NULL
              ELSE run.response #> $32::text[]
            END
          )
        ) = 'number' THEN (
          CASE
            WHEN EXISTS (
              SELECT
              FROM unnest($33::integer[]) AS position
              WHERE jsonb_typeof(run.response #> ($32::text[]) [:position]) = 'array'
            ) THEN NULL
            ELSE run.response #> $32::text[]
          END
        )::numeric <= $37::numeric
      END
      AND (run.run_data #> $38::text[]) IS NULL
      AND (run.run_data #> $39::text[]) = $40::jsonb
      AND (run.run_data #> $41::text[]) = ANY ($42::jsonb[])
  ) AS run
