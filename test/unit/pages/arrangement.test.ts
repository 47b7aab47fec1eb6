// The places of a run's input and response, and the list of a conversation's messages.

import { arrange } from '../../../src/pages/runs/run/arrangement.js';
import { messagesIn } from '../../../src/pages/runs/values/messages.js';
import { foldedLines } from '../../../src/pages/runs/values/outline.js';
import { parseJson } from '../../../src/pages/shared/json/json-tree.js';

const arranged = (submitted: unknown, response: unknown) =>
  arrange(JSON.stringify(submitted), JSON.stringify(response));
const lines = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, index]));

describe('the input and the response of a run', () => {
  it.each([
    ['beside', lines(5), lines(5)],
    ['beside', lines(20), lines(5)],
    ['stacked', lines(40), lines(5)],
    ['stacked', lines(5), { text: 'word '.repeat(500) }],
    ['stacked', { text: 'line\n'.repeat(60) }, {}],
    ['beside', { messages: [{ role: 'user', content: 'Hello?' }] }, 'Hi'],
    [
      'conversation',
      {
        messages: [
          { role: 'user', content: 'Hello?' },
          { role: 'user', content: 'Anyone?' },
        ],
      },
      'Hi',
    ],
  ])('are %s', (form, submitted, response) => {
    expect(arranged(submitted, response).form).toBe(form);
  });

  it('may be missing, or cut in the middle of their JSON', () => {
    expect(arrange(null, null).form).toBe('beside');
    expect(arrange(`{"text":"${'word '.repeat(500)}`, null).form).toBe('stacked');
  });
});

describe('the messages of a conversation', () => {
  it('are one line each, from the first part that has a text', () => {
    const messages = [
      { role: 'system', content: '# Rules\n\n- Be **short**.' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: {} },
          { type: 'text', text: 'Rain?' },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', function: { name: 'weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'dry' },
      { role: 'assistant', content: 'x'.repeat(200) },
    ];
    const { outline } = arranged({ temperature: 0, messages }, {});
    expect(outline!.items.map(({ role, text }) => `${role}: ${text}`)).toEqual([
      'system: Rules - Be short.',
      'user: image_url',
      'assistant: weather …',
      `assistant: ${'x'.repeat(80)}`,
    ]);
    expect(outline!.source).toBe(JSON.stringify(messages));
  });
});

describe('a prompt', () => {
  const foldedIn = (role: string, content: string) =>
    foldedLines(messagesIn(parseJson(JSON.stringify({ role, content }))!)![0]!);

  it('is folded if it is of the system and takes more than eight lines', () => {
    expect(foldedIn('system', 'line\n'.repeat(8).trim())).toBeUndefined();
    expect(foldedIn('system', 'line\n'.repeat(9).trim())).toBe(9);
    expect(foldedIn('developer', 'word '.repeat(300))).toBe(13);
    expect(foldedIn('user', 'line\n'.repeat(50))).toBeUndefined();
  });
});
