import { type DocumentNode, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { compileOperation } from '../../../src/graphql/compile-operation.js';
import { createSchema } from '../../../src/graphql/schema.js';

describe('compiling an operation', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await createSchema();
  });

  const isCompiled = (text: string) => {
    const document: DocumentNode = parse(text);
    return compileOperation(schema, document, getOperationAST(document)!) !== null;
  };
  const names = (count: number, selection: string) =>
    Array.from({ length: count }, (_, index) => `a${index}: ${selection}`).join(' ');
  const nested = (count: number) => `
    { ${names(count, 'viewer { ...A }')} ${names(count, 'taskRunStats(orgId: "o", projectId: "p") { ...B }')} }
    fragment A on Viewer { subject }
    fragment B on TaskRunStats { ${names(count, 'byRevision { ...C }')} }
    fragment C on TaskRunStatsOfRevision { ${names(count, 'runs')} }`;

  it('is done where its fragments, written out, have at most a thousand selections', () => {
    expect(isCompiled(`{ ${names(1000, '__typename')} }`)).toBe(true);
    expect(isCompiled(`{ ${names(1001, '__typename')} }`)).toBe(false);
    expect(isCompiled(nested(5))).toBe(true);
    expect(isCompiled(nested(10))).toBe(false);
  });

  it('counts no further than that', () => {
    expect(isCompiled(nested(900))).toBe(false);
  });
});
