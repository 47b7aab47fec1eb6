import type { DataSource } from 'typeorm';
import { failureMessages } from '../../support/failure-messages.js';
import { amount, seed } from '../../support/generated.js';
import { fileExtensions, generateFailures, quoteForms } from '../../support/generated-failures.js';
import { useMigratedDatabase } from '../../support/migrated-database.js';

let database: DataSource;

async function kindsOf(messages: readonly (string | null)[]): Promise<string[]> {
  const rows = await database.query(
    'SELECT failure_kind_v2(message) AS kind FROM unnest($1::text[]) WITH ORDINALITY AS each (message, number) ORDER BY number',
    [messages],
  );
  return rows.map(({ kind }: { kind: string }) => kind);
}

describe('the kind of a failure', () => {
  useMigratedDatabase(async (dataSource) => {
    database = dataSource;
  });

  it('equals the one that a person would give to at least 95 of 100 known messages', async () => {
    const known = Object.entries(failureMessages).flatMap(([kind, messages]) =>
      messages.map((message) => ({ kind, message })),
    );
    const kinds = await kindsOf(known.map(({ message }) => message));
    const others = known.flatMap(({ kind }, index) => (kinds[index] === kind ? [] : [[kind, kinds[index]]]));
    expect(known.length).toBeGreaterThanOrEqual(300);
    expect(others.length).toBeLessThanOrEqual(0.05 * known.length);
    // Failures from two groups never have the same kind.
    const groupsByKind = new Map<string, Set<string>>();
    for (const [index, { kind }] of known.entries()) {
      groupsByKind.set(kinds[index]!, (groupsByKind.get(kinds[index]!) ?? new Set()).add(kind));
    }
    expect([...groupsByKind.values()].filter(({ size }) => size > 1)).toEqual([]);
  });

  it('keeps the parts of a message that do not differ from run to run', async () => {
    const kindByMessage: [string | null, string][] = [
      [null, 'No message'],
      ['HTTP 401', 'HTTP 401'],
      ['HTTP/1.1 503 after 3 attempts', 'HTTP/# 503 after # attempts'],
      ['status=404, code: 4040, error 12', 'status=404, code: #, error #'],
      ['{"status":"429"} and {"status":"500 Server Error"}', '{"status":"429"} and {"status":"500 Server Error"}'],
      ['SQLSTATE 23505 (SQLSTATE: 42P01) SQLSTATE[HY000]', 'SQLSTATE 23505 (SQLSTATE: 42P01) SQLSTATE[HY000]'],
      ['842ms 1.28s 3h 12MB 40% 1m30s 5 kg 7th', '#ms #s #h #MB #% #s # kg 7th'],
      ['gpt-4o, utf8, x86_64, v2, 4o', 'gpt-4o, utf8, x86_#, v2, 4o'],
      ['-5 +7.5 1,000 1e-5 3-4 a-5 (-1) x_2', '# # # # #-# a-# (#) x_#'],
      ['"scan-2291.pdf" \'a.PDF\' “b.tar.gz” «акт.pdf» `x.pdf` "foo.bar"', '"…" "…" "…" "…" "…" "foo.bar"'],
      ['{"file":"a.csv","type":"csv"} \'config.yml\'s', '{"file":"…","type":"csv"} \'config.yml\'s'],
      ['\'us-east-1\' `gpt-4` "a.b_c" “größer” «ключ»', '\'us-east-1\' `gpt-4` "a.b_c" “größer” «ключ»'],
      ['\'two words\' `a b` "" “x y” «a, b»', '"…" "…" "…" "…" "…"'],
      [`'${'a'.repeat(40)}' '${'a'.repeat(41)}'`, `'${'a'.repeat(40)}' "…"`],
      [
        "'a1234' 'a12345' '42' '3.5s' 'deadbeef01' '0190a234-8dc6-6d08-aea9-928fcecad8f1'",
        '\'a1234\' "…" "…" "…" "…" "…"',
      ],
      ["It can't be the users' file", "It can't be the users' file"],
      ["'it can't be' read", '"…" read'],
      ['an open " stays', 'an open " stays'],
      ['see https://a.example/b?c=1&d="x y". Or (wss://b/c), s3://d/e!', 'see #"…". Or (#), #!'],
      ['mail to a.b+c@example.co.uk.', 'mail to #.'],
      ['/a /a/b.txt, ./c ../d ~/e C:\\f\\g D:/h a/b/c a\\b\\c and/or I/O', '# #, # # # # # # # and/or I/O'],
      ['2026-11-28 2026-11-28T04:05:06.789Z 2026-11-28 04:05:06,7 04:05 23:59:59+01:00 24:61', '# # # # # #:#'],
      ['0x1F 0123abcd defaceda feedface0 a1b2c3d', '# # defaceda # a1b2c3d'],
      ['expired: 20260116T133325Z is earlier than 20260116T133825Z', 'expired: # is earlier than #'],
      ['req_5d41402abc4b2a76', 'req_#'],
      [' a\t\n b\u00a0\u3000c ', 'a b c'],
      ['x'.repeat(300), 'x'.repeat(200)],
      [`${'x'.repeat(199)} y`, 'x'.repeat(199)],
      [`${'a '.repeat(2000)}${'c '.repeat(9000)}${'b '.repeat(2000)}`, 'a '.repeat(100).trim()],
      [`Traceback (most recent call last):\n${'  x\n'.repeat(3000)}a.B: 7`, 'a.B: #'],
      ['Traceback (most recent call last):\n  File "a.py", line 1\n\nbroken off\n\n', 'broken off'],
      ['Traceback (most recent call last):\nKeyError: 1\nname\n', 'KeyError: #'],
      ['a: 1\nTraceback (most recent call last):\n  x', 'x'],
      ['first\nsecond 7\n    at a (b.js:1:2)\n    at c', 'second #'],
      ['E: x\n\n\tat a.B(C.java:7)\nCaused by: F\n\tat d', 'E: x'],
      ['two\nlines', 'two lines'],
      ['\u0001a\u0003 1', 'a #'],
      ['等待٣秒、１２秒', '等待#秒、#秒'],
    ];
    expect(await kindsOf(kindByMessage.map(([message]) => message))).toEqual(kindByMessage.map(([, kind]) => kind));
  });

  it(`depends on no number, id, address, path, time and quoted text, has at most 200 characters, and is its own kind (seed ${seed})`, async () => {
    const failures = generateFailures(seed, amount(300, 10_000));
    const expected = failures.map(({ kind }) => kind);
    expect(expected.filter((kind) => [...kind].length > 200)).toEqual([]);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await kindsOf(failures.map(({ message }) => message()))).toEqual(expected);
    }
    const short = expected.filter((kind) => [...kind].length < 200);
    expect(await kindsOf(short)).toEqual(short);
  });

  it('masks quoted names of files in every form of quotes and any case', async () => {
    const names = fileExtensions.flatMap((extension) => [
      `scan-2291.${extension}`,
      `a.${extension.toUpperCase()}`,
      `2026.акт_7.v2.${extension[0]!.toUpperCase()}${extension.slice(1)}`,
      `.${extension}`,
    ]);
    expect(names).toHaveLength(128);
    const messages = names.flatMap((name) => quoteForms.map((quotes) => `Cannot read ${quotes.join(name)}.`));
    expect(new Set(await kindsOf(messages))).toEqual(new Set(['Cannot read "…".']));
  });

  it('keeps identifiers without the extension of a file', async () => {
    const names = [
      ...[
        'gpt-4.1',
        'insufficient_quota',
        'foo.bar',
        'pdf',
        'xpdf',
        'a_pdf',
        'a-pdf',
        'a.pdf.',
        'a.pdf_',
        'a.pdf-1',
        'pdf.a',
      ],
      ...['a.pdfx', 'a.xpdf', 'a.mp5', 'a.mp', 'a.tar.bz', 'a.jsonc', 'a.ts', 'log.level', 'акт.пдф', 'a.pdf２'],
    ];
    const messages = names.flatMap((name) => quoteForms.map((quotes) => `Cannot use ${quotes.join(name)}.`));
    expect(await kindsOf(messages)).toEqual(messages.map((message) => message.replace('２', '2')));
  });

  it('does not depend on the collation, so that an index can use it', async () => {
    expect(
      await database.query(
        "SELECT proname, provolatile, proparallel FROM pg_proc WHERE proname LIKE 'failure\\_%' ORDER BY proname",
      ),
    ).toEqual([
      { proname: 'failure_kind', provolatile: 'i', proparallel: 's' },
      { proname: 'failure_kind_v2', provolatile: 'i', proparallel: 's' },
      { proname: 'failure_message', provolatile: 'i', proparallel: 's' },
    ]);
    const letters = "Größe1 'ключ' 7 Straße٧ 'i.GIF'";
    const [{ one, other }] = await database.query(
      'SELECT failure_kind_v2($1::text COLLATE "C") AS one, failure_kind_v2($1::text COLLATE "POSIX") AS other',
      [letters],
    );
    expect(one).toBe('Größe1 \'ключ\' # Straße7 "…"');
    expect(other).toBe(one);
  });
});
