// Tracebacks inside the text of payloads.

import { splitTracebacks } from '../../../src/pages/runs/values/tracebacks.js';

const python = `Traceback (most recent call last):
  File "/app/tool.py", line 12, in run
    return call(query)

  File "/app/tool.py", line 30, in call
    raise ValueError("no rows")
ValueError: no rows`;
const chained = `${python}

During handling of the above exception, another exception occurred:

${python.replaceAll('ValueError', 'ToolError')}`;
const javascript = `TypeError: x is not a function
    at run (file:///app/tool.js:3:5)
    at async main (file:///app/main.js:9:1)`;
const java = `java.lang.IllegalStateException: closed
\tat com.example.Tool.run(Tool.java:12)
\tat com.example.Main.main(Main.java:3)
Caused by: java.io.IOException: reset
\tat com.example.Socket.read(Socket.java:40)
\t... 2 more`;

describe('tracebacks in a text', () => {
  it.each([
    ['of Python', python, 'ValueError: no rows'],
    ['of Python, one after another', chained, 'ToolError: no rows'],
    ['of JavaScript', javascript, 'TypeError: x is not a function'],
    ['of Java', java, 'java.lang.IllegalStateException: closed'],
  ])('%s are separate parts, titled by the line that names the error', (_, text, title) => {
    expect(splitTracebacks(text)).toEqual([{ title, text, lines: text.split('\n').length }]);
    const parts = splitTracebacks(`Before.\n\n${text}\nAfter.\n  at once`);
    expect(parts).toEqual(['Before.\n', { title, text, lines: text.split('\n').length }, 'After.\n  at once']);
  });

  it('fold when their end was cut off', () => {
    const cut = python.slice(0, -20);
    expect(splitTracebacks(cut)).toEqual([{ title: 'Traceback (most recent call last):', text: cut, lines: 6 }]);
  });

  it('stay out of other texts', () => {
    const texts = [
      '',
      'a\nb',
      'Meet me\n  at noon',
      'Traceback (most recent call last):',
      'Traceback (most recent call last):\n  File',
    ];
    for (const text of texts) expect(splitTracebacks(text)).toEqual([text]);
  });

  it('fold in long texts', () => {
    const begin = 'Traceback (most recent call last):\n';
    expect(splitTracebacks(begin.repeat(20_000))).toHaveLength(1);
    const all = Array(20_000).fill(python).join('\n\nDuring handling of the above exception:\n\n');
    expect(splitTracebacks(all)).toHaveLength(1);
  });
});
