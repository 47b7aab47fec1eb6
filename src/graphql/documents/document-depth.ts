import { GraphQLError, Lexer, Source, type Token, TokenKind } from 'graphql';
import { limits } from '../../limits.js';

const maxLevels = limits.levels.value;

export const tooDeepMessage = `The document must not be nested deeper than ${maxLevels} levels, with its fragments expanded.`;

/** A fragment, or all operations of a document. */
interface Definition {
  /** Number of levels of braces and brackets. */
  levels: number;
  /** Names of the fragments that it spreads, with the deepest level of each. */
  readonly spreads: Map<string, number>;
  /** Maximum number of levels above it that has been found so far. */
  above: number;
}

type Fragments = ReadonlyMap<string, Definition>;

/**
 * Whether a document has more than 64 levels of braces and brackets with its fragments expanded. It only reads tokens,
 * because the parser and the validation of fragments are recursive.
 * @param maxTokens maximum number of tokens read, as in the parser
 */
export function isTooDeep(text: string, maxTokens: number = limits.documentTokens.value): boolean {
  // Each level has a brace or bracket, so most documents need not be read twice.
  if (text.split(/[{[]/, maxLevels + 2).length <= maxLevels + 1) return false;
  const operations = createDefinition();
  const fragments = new Map<string, Definition>();
  let definition = operations;
  let levels = 0;
  let parentheses = 0;
  const tokens = tokensOf(text, maxTokens);
  for (const [index, { kind, value }] of tokens.entries()) {
    if (kind === TokenKind.PAREN_L) parentheses += 1;
    if (kind === TokenKind.PAREN_R) parentheses -= 1;
    if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L) {
      levels += 1;
      if (levels > maxLevels) return true;
      definition.levels = Math.max(definition.levels, levels);
    }
    if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R) levels -= 1;
    if (levels > 0 && value !== 'on' && tokens[index - 1]?.kind === TokenKind.SPREAD) {
      definition.spreads.set(value, Math.max(levels, definition.spreads.get(value) ?? 0));
    }
    if (levels > 0 || parentheses > 0) continue;
    if (kind === TokenKind.BRACE_R) definition = operations;
    const name = value === 'on' ? fragmentName(tokens[index - 2], tokens[index - 1]) : undefined;
    if (name === undefined) continue;
    definition = fragments.get(name) ?? createDefinition();
    fragments.set(name, definition);
  }
  return [operations, ...fragments.values()].some((root) => exceedsLevels(root, 0, fragments));
}

function createDefinition(): Definition {
  return { levels: 0, spreads: new Map(), above: -1 };
}

/** Returns the tokens without comments, up to the first invalid one, which the parser reports. */
function tokensOf(text: string, maxTokens: number): Token[] {
  const lexer = new Lexer(new Source(text));
  const tokens: Token[] = [];
  try {
    while (tokens.length < maxTokens && lexer.advance().kind !== TokenKind.EOF) tokens.push(lexer.token);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
  }
  return tokens;
}

/** Returns the name of the fragment whose definition begins with these tokens. */
function fragmentName(keyword: Token | undefined, name: Token | undefined): string | undefined {
  const isFragment = keyword?.kind === TokenKind.NAME && keyword.value === 'fragment';
  return isFragment && name?.kind === TokenKind.NAME && name.value !== 'on' ? name.value : undefined;
}

/** The recursion ends, because a spread is at least one level below its definition. */
function exceedsLevels(definition: Definition, above: number, fragments: Fragments): boolean {
  if (above <= definition.above) return false;
  definition.above = above;
  if (above + definition.levels > maxLevels) return true;
  for (const [name, level] of definition.spreads) {
    const fragment = fragments.get(name);
    if (fragment !== undefined && exceedsLevels(fragment, above + level, fragments)) return true;
  }
  return false;
}
