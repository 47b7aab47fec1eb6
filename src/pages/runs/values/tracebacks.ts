// Tracebacks of Python, JavaScript and Java in texts. The actual error is in one line of many.

export interface Traceback {
  /** The line that names the error. */
  readonly title: string;
  readonly text: string;
  readonly lines: number;
}

const pythonBegin = /^\s*Traceback \(most recent call last\):/;
const pythonChain = /^\s*(During handling of the above exception|The above exception was the direct cause)/;
const frame = /^\s+at \S|^\s+\.\.\. \d+ (more|common frames)|^Caused by: /;
const minFrames = 2;

/** Splits a text into tracebacks and the parts between them. */
export function splitTracebacks(text: string): readonly (string | Traceback)[] {
  if (!text.includes('Traceback (most recent call last):') && !/\n\s+at \S/.test(text)) return [text];
  const lines = text.split('\n');
  const parts: (string | Traceback)[] = [];
  let [plain, index] = [[] as string[], 0];
  const endPlain = () => {
    if (plain.some((line) => line.trim() !== '')) parts.push(plain.join('\n'));
    plain = [];
  };
  while (index < lines.length) {
    const found = tracebackAt(lines, index);
    if (found === undefined) {
      plain.push(lines[index++]!);
      continue;
    }
    endPlain();
    const own = lines.slice(index, found.end);
    parts.push({ title: lines[found.title]!.trim(), text: own.join('\n'), lines: own.length });
    index = found.end;
  }
  endPlain();
  return parts;
}

interface Found {
  readonly title: number;
  readonly end: number;
}

function tracebackAt(lines: readonly string[], begin: number): Found | undefined {
  if (pythonBegin.test(lines[begin]!)) return pythonTraceback(lines, begin);
  let end = begin + 1;
  while (end < lines.length && frame.test(lines[end]!)) end++;
  return end - begin > minFrames && lines[begin]!.trim() !== '' ? { title: begin, end } : undefined;
}

/** Finds one traceback, or several, each of which states that it followed from the previous one. */
function pythonTraceback(lines: readonly string[], begin: number): Found | undefined {
  let found: Found | undefined;
  for (let next = begin; next < lines.length && pythonBegin.test(lines[next]!); ) {
    const title = pythonTitle(lines, next);
    // The end was truncated.
    if (title === lines.length && title - next > minFrames) found = { title: next, end: title };
    if (title === undefined || title === lines.length) break;
    found = { title, end: title + 1 };
    next = title + 1;
    while (next < lines.length && (lines[next]!.trim() === '' || pythonChain.test(lines[next]!))) next++;
    // Without a sentence that connects them, the next traceback belongs to another error.
    if (!lines.slice(title + 1, next).some((line) => pythonChain.test(line))) break;
  }
  return found;
}

/**
 * Frames are indented more than the line that begins them. The line after the frames, which may be truncated, names the
 * error.
 */
function pythonTitle(lines: readonly string[], begin: number): number | undefined {
  const margin = indentOf(lines[begin]!);
  let title = begin + 1;
  while (title < lines.length && (indentOf(lines[title]!) > margin || lines[title]!.trim() === '')) title++;
  return title < lines.length && pythonBegin.test(lines[title]!) ? undefined : title;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
