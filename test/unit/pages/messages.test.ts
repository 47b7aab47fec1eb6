// Chat messages as a run's page shows them.

import { type Message, messagesIn } from '../../../src/pages/runs/values/messages.js';
import { parseJson, plainText } from '../../../src/pages/shared/json/json-tree.js';

const read = (value: unknown) => messagesIn(parseJson(JSON.stringify(value))!);

/** Returns one line per part. */
const linesOf = (messages: readonly Message[] | undefined) =>
  messages?.map(({ role, parts, others }) => [
    role,
    ...parts.map((part) =>
      part.kind === 'call'
        ? `${part.name}(${part.input?.text}) = ${part.results.map(({ content, isError }) => `${isError ? 'error ' : ''}${content?.text}`)}`
        : part.kind === 'result'
          ? `= ${part.content?.text}`
          : part.kind === 'value'
            ? part.tree.text
            : part.text,
    ),
    ...others.map(({ name }) => name),
  ]);

describe('messages of a chat', () => {
  it('contain calls of OpenAI together with the results that follow them', () => {
    const call = (id: string, city: string) => ({
      id,
      type: 'function',
      function: { name: 'weather', arguments: JSON.stringify({ city }) },
    });
    const messages = read([
      { role: 'system', content: 'Be short.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Rain?' },
          { type: 'image_url', image_url: { url: 'x' } },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [call('a', 'Kiel'), call('b', 'Ulm')] },
      { role: 'tool', tool_call_id: 'b', content: 'dry' },
      { role: 'tool', tool_call_id: 'a', content: 'wet' },
      { role: 'tool', tool_call_id: 'c', content: 'of no call' },
      { role: 'assistant', content: 'In Kiel.', rejection: null, annotations: [], audio: { id: 1 } },
    ]);
    expect(linesOf(messages)).toEqual([
      ['system', 'Be short.'],
      ['user', 'Rain?', '{"type":"image_url","image_url":{"url":"x"}}'],
      ['assistant', 'weather("{\\"city\\":\\"Kiel\\"}") = "wet"', 'weather("{\\"city\\":\\"Ulm\\"}") = "dry"'],
      ['tool', '= "of no call"'],
      ['assistant', 'In Kiel.', 'audio'],
    ]);
  });

  it('contain results of functions of one name each at its own call', () => {
    const call = { role: 'assistant', content: null, function_call: { name: 'next', arguments: '{}' } };
    const messages = read([
      call,
      { role: 'function', name: 'next', content: '1' },
      call,
      { role: 'function', name: 'next', content: '2' },
    ]);
    expect(linesOf(messages)).toEqual([
      ['assistant', 'next("{}") = "1"'],
      ['assistant', 'next("{}") = "2"'],
    ]);
  });

  it('contain blocks of Anthropic, with results at their calls', () => {
    const messages = read([
      { role: 'user', content: 'Rain?' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'I need the weather.', signature: 's' },
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Kiel' } },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'a', is_error: true, content: [{ type: 'text', text: 'down' }] }],
      },
    ]);
    expect(linesOf(messages)).toEqual([
      ['user', 'Rain?'],
      [
        'assistant',
        'I need the weather.',
        'I look.',
        'weather({"city":"Kiel"}) = error [{"type":"text","text":"down"}]',
      ],
    ]);
  });

  it('come from the items of OpenAI’s Responses', () => {
    const messages = read([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Rain?' }] },
      { type: 'function_call', call_id: 'a', name: 'weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: 'wet' },
    ]);
    expect(linesOf(messages)).toEqual([
      ['user', 'Rain?'],
      ['assistant', 'weather("{}") = "wet"'],
    ]);
  });

  it('come from a response that is a single message', () => {
    const [message] = read({ id: 'm', type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Yes.' }] })!;
    expect(message!.parts).toEqual([{ kind: 'text', text: 'Yes.' }]);
    expect(message!.others.map(({ value }) => plainText(value))).toEqual(['m']);
  });

  it.each([
    [[]],
    [[{ role: 'admin', content: 'x' }]],
    [[{ role: 'user' }]],
    [[{ role: 'user', content: 'x' }, 'y']],
    [{ content: 'x' }],
    ['user'],
  ])('stay undefined for %j', (value) => {
    expect(read(value)).toBeUndefined();
  });
});
