import { pressesOf } from '../../../src/pages/runs/keys/key-press.js';

const press = (key: string, timeStamp = 0, modifiers = {}) => ({
  key,
  timeStamp,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...modifiers,
});

describe('the names of a key press', () => {
  it.each([
    ['a key', press('j'), undefined, ['j']],
    ['a key after g', press('r', 1000), press('g'), ['g r', 'r']],
    ['a key long after g', press('r', 2000), press('g'), ['r']],
    ['a key after another one', press('r', 10), press('j'), ['r']],
    ['Ctrl and K', press('k', 0, { ctrlKey: true }), undefined, ['Ctrl K']],
    ['Cmd and K', press('K', 0, { metaKey: true }), undefined, ['Ctrl K']],
    ['a key of the browser', press('r', 0, { ctrlKey: true }), undefined, []],
    ['a key with Alt', press('k', 0, { altKey: true }), undefined, []],
  ])('are right for %s', (_title, now, previous, names) => {
    expect(pressesOf(now, previous)).toEqual(names);
  });
});
