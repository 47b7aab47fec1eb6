import { assertLineCount, assertVariableSize } from '../../../../src/graphql/operation/request-limits.js';

const rejection = (place: string) =>
  expect.objectContaining({
    extensions: expect.objectContaining({ detail: [expect.objectContaining({ loc: [place] })] }),
  });
const objectOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, 1]));

describe('the limits of a document before it is parsed', () => {
  it.each(['\n', '\r', '\r\n'])('allow 10,000 lines and no more, whatever ends them: %j', (end) => {
    expect(() => assertLineCount({ query: end.repeat(9_999) })).not.toThrow();
    expect(() => assertLineCount({ query: end.repeat(10_000) })).toThrow(rejection('query'));
  });

  it('allow 1,000 members in an object of variables and no more, at any depth', () => {
    const bodyOf = (count: number) => ({ variables: { list: [{ deep: objectOf(count) }] } });
    expect(() => assertVariableSize(bodyOf(1000))).not.toThrow();
    expect(() => assertVariableSize(bodyOf(1001))).toThrow(rejection('variables'));
    expect(() => assertVariableSize({ variables: { list: Array.from({ length: 2000 }, () => null) } })).not.toThrow();
  });

  it.each([
    ['2,000 objects', 2000, {}],
    ['20,000 values of lists', 20_000, null],
  ])('allow %s of variables and no more, in any number of lists', (_name, max, value) => {
    const bodyOf = (count: number) => ({
      variables: [{ AND: Array(max / 2 - 10).fill(value) }, [Array(count - max / 2).fill(value)]],
    });
    expect(() => assertVariableSize(bodyOf(max))).not.toThrow();
    expect(() => assertVariableSize(bodyOf(max + 10))).toThrow(rejection('variables'));
  });

  it('allow 64 levels of variables and no more', () => {
    const bodyOf = (levels: number) => ({
      variables: JSON.parse(`${'{"AND":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`),
    });
    expect(() => assertVariableSize(bodyOf(64))).not.toThrow();
    expect(() => assertVariableSize(bodyOf(66))).toThrow(rejection('variables'));
    expect(() => assertVariableSize(bodyOf(100_000))).toThrow('must not be nested deeper than 64 levels');
    expect(() => assertVariableSize(bodyOf(66), ['body', 'arguments'])).toThrow(
      '`arguments` must not be nested deeper',
    );
  });

  it('count representations of entities separately', () => {
    const representations = Array(100_000).fill({ __typename: 'Task', id: '1' });
    expect(() => assertVariableSize({ variables: { representations } })).not.toThrow();
    expect(() => assertVariableSize({ variables: { AND: { __typename: '', OR: Array(3000).fill({}) } } })).toThrow(
      rejection('variables'),
    );
  });

  it.each([undefined, null, 'text', [], { query: 5, variables: null }])('ignore anything else: %j', (body) => {
    expect(() => assertLineCount(body)).not.toThrow();
    expect(() => assertVariableSize(body)).not.toThrow();
  });
});
