import { createRandom } from './torture/random.js';

/** The extensions that mark a quoted text as the name of a file. */
export const fileExtensions =
  'pdf doc docx xls xlsx csv tsv txt md json jsonl yaml yml xml html htm png jpg jpeg gif webp svg tif tiff zip gz tar mp3 mp4 wav parquet log'.split(
    ' ',
  );

/** The forms of quotes, each with its opening and closing character. */
export const quoteForms = ['""', "''", '``', '“”', '«»'].map(([opening, closing]) => [opening!, closing!] as const);

/** Messages of failures that differ only in the parts that their kind masks. */
export interface GeneratedFailure {
  /** Composed of handwritten parts. */
  readonly kind: string;
  message(): string;
}

/** Generates failures with arbitrary parts from a seed. */
export function generateFailures(seed: number, count: number): GeneratedFailure[] {
  const random = createRandom(seed);
  const integer = (below: number) => Math.floor(random() * below);
  const pick = <Value>(values: readonly Value[]) => values[integer(values.length)]!;
  const digits = (length: number) => Array.from({ length }, () => integer(10)).join('');
  const hex = (length: number) => Array.from({ length }, () => integer(16).toString(16)).join('');
  const number = () => `${integer(9) + 1}${digits(integer(6))}`;
  const fileName = () => {
    const extension = pick(fileExtensions);
    return `${pick(['scan-', 'IMG_', 'акт', 'report.v2.', ''])}${digits(integer(7))}.${pick([extension, extension.toUpperCase()])}`;
  };
  const masked: (readonly [kind: string, part: () => string])[] = [
    ['#', number],
    ['#', () => `${number()}.${digits(1 + integer(5))}`],
    ['[#]', () => `[${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}]`],
    ['#', () => `https://${pick(['a', 'b.example', 'c:80'])}/${hex(4)}?q=${number()}`],
    ['#', () => `/srv/${hex(3)}/${number()}.txt`],
    ['#', () => `20${digits(2)}-1${integer(3)}-0${1 + integer(9)}T1${digits(1)}:0${digits(1)}:0${digits(1)}Z`],
    ['#', () => `0x${hex(6)}`],
    ['#', () => `u${number()}@example.com`],
    ['"…"', () => `"${pick(['a b', 'what is this?', 'x, y', ''])} ${number()}"`],
    ['"…"', () => `«${pick(['два слова', 'ab cd'])}»`],
    ['"…"', () => pick(quoteForms).join(fileName())],
    ['#ms', () => `${number()}ms`],
  ];
  const fixed = [
    'HTTP 401',
    'status code 503',
    "'insufficient_quota'",
    '`gpt-4`',
    '"gpt-4.1"',
    '«foo.bar»',
    'SQLSTATE 23505',
    'utf8',
    "can't",
    'Ошибка',
    '超时',
    'größer',
    'and/or',
    '(',
    ')',
    ':',
    '-',
  ].map((text) => [text, () => text] as const);
  return Array.from({ length: count }, () => {
    const parts = Array.from({ length: 1 + integer(12) }, () => (integer(2) === 0 ? pick(masked) : pick(fixed)));
    const kind = parts.map(([kind]) => kind).join(' ');
    return {
      kind: [...kind].slice(0, 200).join('').trimEnd(),
      message: () => parts.map(([, part]) => part()).join(' '),
    };
  });
}
