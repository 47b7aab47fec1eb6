// The functions of the failure index and of statements that read kinds of failures. They refer only to PostgreSQL's own
// objects: restored dumps and `REINDEX` run them without a search_path.
//
// Changing a function would make the index wrong. A changed rule needs a function and an index with new names.

// Character classes for brackets. The characters are listed because [[:alpha:]] depends on the database. Letters of
// scripts without spaces between words do not count as part of a number: `60秒` is a number before a unit.
const letter = String.raw`A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u0605\u0620-\u0963\u0966-\u0DFF\u10A0-\u1FFF`;
const anyLetter = String.raw`${letter}\u0E00-\u0EFF\u3005-\u3007\u3041-\u30FF\u3105-\uA48C\uAC00-\uD7FF\uF900-\uFDFF\uFE70-\uFEFC\uFF21-\uFF3A\uFF41-\uFF5A\uFF66-\uFFDC`;
const space = String.raw`\x01-\x20\x7F-\xA0\u2000-\u200B\u2028\u2029\u202F\u3000\uFEFF`;
const noSpace = String.raw`\x01-\x1F\x7F-\xA0\u2000-\u200B\u2028\u2029\u202F\u3000\uFEFF`;

// Constraints that match where there is no letter or digit.
const begin = `(?<![${letter}0-9])`;
const end = `(?![${letter}0-9])`;

const tracebackHeader = 'Traceback (most recent call last)';
/**
 * The line of an exception. A name without a colon must be capitalized, because lines of a message may be single words.
 */
const exceptionLine = String.raw`^(?:[A-Za-z_][A-Za-z0-9_]*\.)*(?:[A-Za-z_][A-Za-z0-9_]*:|[A-Z][A-Za-z0-9_]*\s*$)`;
const stackFrame = String.raw`\n[ \t]+at \S`;
const lineBeforeFrames = String.raw`([^\n]*\S[^\n]*)\n(?:[ \t\r]*\n)*[ \t]+at \S`;

const anyCase = (word: string) => [...word].map((character) => `[${character.toUpperCase()}${character}]`).join('');
const statusWords = ['http', 'status', 'code', 'error'].map(anyCase).join('|');
const status = String.raw`((?:${statusWords})["']?(?:/[0-9.]+)?(?:[ :=#[]{1,3}| \()["']?)([0-9]{3})(?![${letter}0-9]|[.,][0-9])`;
const sqlState = `(SQLSTATE["']?[ :=#[(]{1,3}["']?)([0-9A-Z]{5})${end}`;

const quoted = `"[^"]*"|\`[^\`]*\`|“[^”]*”|«[^»]*»|${begin}'(?:[^']|'[${letter}0-9])*'${end}`;
const number = '[0-9]+(?:[.,][0-9]+)*';
const unit = '%|[nuµμm]?s|secs?|m|mins?|h|hrs?|d|x|[kKMGTP]i?[Bb]';
const hexadecimal = '(?=[A-Fa-f]*[0-9])[0-9A-Fa-f]{8,}';
// Quoted text that is kept: plain words and statuses, or an identifier with digits.
const plainIdentifier = String.raw`^.(?:[A-Za-z_.-]+|\x03[0-9]{3}[${letter} -]*).$`;
const identifier = `^.[${anyLetter}_.-]*(?:[0-9]{1,4}[${anyLetter}_.-]+)*[0-9]{0,4}.$`;
const maskedWhole = `^.[-+]?${number}(?:${unit}).$|${begin}${hexadecimal}${end}`;

const url = String.raw`[A-Za-z][A-Za-z0-9+.-]*://[^ "'${'`'}<>“”«»\x01]*[^ "'${'`'}<>“”«»\x01.,;:!?)\]}]`;
const email = String.raw`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`;
const uuid = `${begin}[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}${end}`;
const noPath = String.raw` "'${'`'}<>“”«»(),;:|=?&\[\]{}\x01`;
const pathCharacter = String.raw`[^/\\${noPath}]`;
const pathTail = `(?:[^${noPath}]*[^.!${noPath}])?`;
const path = [
  String.raw`(?<![${anyLetter}0-9_/\\.<~)%*\x01-])(?:~|\.\.?)?/${pathCharacter}${pathTail}`,
  String.raw`${begin}[A-Za-z]:[/\\]${pathTail}`,
  String.raw`${pathCharacter}+[/\\][^${noPath}]*[/\\]${pathTail}`,
].join('|');
const clock = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?';
const dateTime = `${begin}[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]${clock})?${end}|(?<![${letter}0-9:.])${clock}${end}`;
// Hexadecimal strings, and times in the short ISO 8601 form.
const digits = `${begin}(?:0[xX][0-9A-Fa-f]+|[0-9]{8}T[0-9]{6}Z?|${hexadecimal})${end}`;
// The last unit of a duration such as 1m30s is kept.
const measure = String.raw`(?<![${letter}0-9\x03])(?:(?<![_)\]])[-+])?(?:[0-9]+(?:\.[0-9]+)?[dhm])*${number}(?:[eE][-+]?[0-9]+|(${unit}))?${end}`;

/** Paths to messages. The first one is for a response that is a string. */
const messagePlaces = ['{}', '{detail,message}', '{error,message}', '{message}', '{detail}', '{error}'];

const textAt = (place: string) =>
  `CASE jsonb_typeof(whole #> '${place}') WHEN 'string' THEN nullif(whole #>> '${place}', '') END`;

/** Returns a pattern as an SQL literal. */
const pattern = (text: string) => `$re$${text}$re$`;

export const failureFunctions = `
      -- The message in the response of a failed run; null: none. A path is not looked up after the first one with a text.
      CREATE OR REPLACE FUNCTION failure_message(response jsonb) RETURNS text
      LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100 AS $$
      DECLARE
        -- Decompressed once for all paths.
        whole jsonb := response #> '{}';
      BEGIN
        RETURN coalesce(
          ${messagePlaces.map(textAt).join(', ')}
        );
      END $$;

${failureKindFunction('failure_kind')}`;

/**
 * Returns the function that computes kinds of failures.
 * @param maskedToo a pattern for quoted strings, with their quotes, that are masked although they look like identifiers
 */
export function failureKindFunction(name: string, maskedToo?: string): string {
  return `      -- The kind of a failure: its message without the parts that differ from run to run. Each pattern costs a scan of
      -- the text, and is tried where a plain test finds a reason. Two control characters mark parts of the text: U+0001
      -- is the place of a quoted text, and U+0003 is before digits that stay.
      CREATE OR REPLACE FUNCTION ${name}(message text) RETURNS text
      LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $function$
      DECLARE
        kind text COLLATE "C" := CASE WHEN length(message) > 8000 THEN left(message, 4000) || right(message, 4000) ELSE message END;
        line text COLLATE "C";
        lines text[] COLLATE "C";
        quotes text[] COLLATE "C";
        parts text[] COLLATE "C";
      BEGIN
        IF strpos(kind, E'\\n') > 0 THEN
          IF strpos(kind, '${tracebackHeader}') > 0 THEN
            lines := string_to_array(rtrim(substr(kind, strpos(kind, '${tracebackHeader}')), E' \\t\\r\\n'), E'\\n');
            kind := lines[array_length(lines, 1)];
            FOR number IN REVERSE array_length(lines, 1)..1 LOOP
              IF lines[number] ~ ${pattern(exceptionLine)} THEN
                kind := lines[number];
                EXIT;
              END IF;
            END LOOP;
          ELSIF kind ~ ${pattern(stackFrame)} THEN
            kind := coalesce(substring(kind FROM ${pattern(lineBeforeFrames)}), kind);
          END IF;
        END IF;

        kind := btrim(regexp_replace(kind, ${pattern(`[${noSpace}][${space}]*| [${space}]+`)}, ' ', 'g'));
        IF octet_length(kind) > length(kind) THEN
          kind := translate(kind, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९０１２３４５６７８９', repeat('0123456789', 4));
        END IF;

        IF kind ~ '[0-9]{3}' THEN
          kind := regexp_replace(kind, ${pattern(status)}, E'\\\\1\\x03\\\\2', 'g');
          IF strpos(kind, 'SQLSTATE') > 0 THEN
            kind := regexp_replace(kind, ${pattern(sqlState)}, E'\\\\1\\x03\\\\2', 'g');
          END IF;
        END IF;
        IF kind ~ '["''\`“«]' THEN
          quotes := ARRAY(SELECT (regexp_matches(kind, ${pattern(quoted)}, 'g'))[1]);
          kind := regexp_replace(kind, ${pattern(quoted)}, E'\\x01', 'g');
        END IF;

        IF strpos(kind, '://') > 0 THEN
          kind := regexp_replace(kind, ${pattern(url)}, '#', 'g');
        END IF;
        IF strpos(kind, '@') > 0 THEN
          kind := regexp_replace(kind, ${pattern(email)}, '#', 'g');
        END IF;
        IF kind ~ '[0-9A-Fa-f]{8}-' THEN
          kind := regexp_replace(kind, ${pattern(uuid)}, '#', 'g');
        END IF;
        IF strpos(kind, '/') > 0 OR strpos(kind, E'\\\\') > 0 THEN
          kind := regexp_replace(kind, ${pattern(path)}, '#', 'g');
        END IF;
        IF kind ~ '[0-9]' THEN
          IF kind ~ '[0-9][:-][0-9]' THEN
            kind := regexp_replace(kind, ${pattern(dateTime)}, '#', 'g');
          END IF;
          IF kind ~ '[0-9A-Fa-f]{8}|0[xX]' THEN
            kind := regexp_replace(kind, ${pattern(digits)}, '#', 'g');
          END IF;
          kind := regexp_replace(kind, ${pattern(measure)}, E'#\\\\1', 'g');
        END IF;

        IF quotes <> '{}' THEN
          parts := string_to_array(kind, E'\\x01');
          kind := parts[1];
          FOR number IN 1..array_length(quotes, 1) LOOP
            line := quotes[number];
            kind := kind || CASE WHEN length(line) <= 42 AND (
              line ~ ${pattern(plainIdentifier)}
              OR line ~ ${pattern(identifier)} AND line ~ ${pattern(`[${anyLetter}]`)} AND line !~ ${pattern(maskedWhole)}
            )${maskedToo === undefined ? '' : ` AND line !~* ${pattern(maskedToo)}`} THEN line ELSE '"…"' END || parts[number + 1];
          END LOOP;
        END IF;
        kind := rtrim(left(translate(kind, E'\\x03', ''), 200));
        RETURN CASE WHEN kind <> '' THEN kind ELSE 'No message' END;
      END $function$;
`;
}
