// The members of a response that a list shows.

import { firstMembers } from '../../../src/pages/runs/table/response-members.js';

const textOf = (preview: string) => firstMembers(preview)?.map(({ name, text }) => `${name} ${text}`);

describe('the first members of a response', () => {
  it.each([
    ['{"route": {"team": "Billing", "note": null}, "confidence": 0.63}', ['team Billing', 'confidence 0.63']],
    ['{"digits": 12345678901234567890.10, "ok": true}', ['digits 12345678901234567890.10', 'ok true']],
    ['{"text": "a \\"b\\": \\"c\\" {", "n": 1}', ['text a "b": "c" {', 'n 1']],
    ['{"tags": ["x", "y"], "n": 1}', ['tags x', 'n 1']],
    ['[{"a": "1"}, {"a": "2"}]', ['a 1', 'a 2']],
    ['{"a":1,"b":2,"c":3,"d":4,"e":5}', ['a 1', 'b 2', 'c 3', 'd 4']],
    ['{"a": "cut of…', ['a cut of…']],
    ['{"a": "cut \\u00…', ['a cut …']],
    ['{"": ""}', [' ']],
  ])('%s', (preview, members) => {
    expect(textOf(preview)).toEqual(members);
  });

  it.each(['a text', '{}', '[1, 2]', '{"a": null}', '{"a'])('are none in %s', (preview) => {
    expect(textOf(preview)).toBeUndefined();
  });
});
