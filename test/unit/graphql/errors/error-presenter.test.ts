import { GraphQLError, locatedError } from 'graphql';
import { forbidden, GatewayError } from '../../../../src/errors/gateway-error.js';
import { createErrorPresenter, logLevelOf, publicError } from '../../../../src/graphql/errors/error-presenter.js';
import { stringifyResult } from '../../../../src/graphql/operation/response.js';

const thrownInField = (error: Error) => locatedError(error, [], ['field']);
const presentError = createErrorPresenter(() => 'https://gateway.example/path');
const docUrlOf = (code: string) => `https://gateway.example/path/errors#${code}`;
const present = (error: unknown) => presentError({ message: 'not read', path: ['field'] }, error);

describe('an error of a response', () => {
  it("carries the catalogue's message for its reason, its facts and its path", () => {
    const error = thrownInField(
      new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 }, { cause: new Error('secret') }),
    );
    expect(present(error)).toEqual({
      message: 'A service that the gateway depends on is unavailable.',
      path: ['field'],
      extensions: {
        ...{ code: 'SERVICE_UNAVAILABLE', status: 503, reason: 'SERVICE_UNAVAILABLE', retryAfter: 1 },
        docUrl: docUrlOf('SERVICE_UNAVAILABLE'),
      },
    });
  });

  it.each([
    ['GRAPHQL_PARSE_FAILED', 400],
    ['GRAPHQL_VALIDATION_FAILED', 422],
    ['PERSISTED_QUERY_NOT_FOUND', 404],
  ])("carries GraphQL's own code, and the status of the same mistake over REST: %s", (code, status) => {
    const { extensions } = present(new GraphQLError('A mistake.', { extensions: { code } }));
    expect(extensions).toEqual({ code, status, reason: code, docUrl: docUrlOf(code) });
  });

  it('names roles and visibilities as the schema does', () => {
    const requires = { role: 'editor', visibility: 'editors_and_owners' };
    const error = forbidden({ id: 'run' }, 'task_run', { resourceId: 'task', requires, holds: 'viewer' });
    expect(present(thrownInField(error)).extensions).toEqual({
      ...{
        code: 'FORBIDDEN',
        status: 403,
        reason: 'PERMISSION_CHECK_FAILED',
        permission: 'read',
        resource: 'task_run',
      },
      resourceId: 'task',
      requires: { role: 'EDITOR', visibility: 'EDITORS_AND_OWNERS' },
      holds: 'VIEWER',
      docUrl: docUrlOf('FORBIDDEN'),
    });
  });

  it('hides everything unknown but the id of the request under which it is logged', () => {
    const error = new GraphQLError('secret', { extensions: { requestId: 'r1', secret: 'secret' } });
    expect(present(error)).toEqual({
      message: 'An internal error occurred.',
      path: ['field'],
      extensions: {
        ...{ code: 'INTERNAL_SERVER_ERROR', status: 500, reason: 'INTERNAL_SERVER_ERROR', requestId: 'r1' },
        docUrl: docUrlOf('INTERNAL_SERVER_ERROR'),
      },
    });
  });

  it.each([
    'Argument "if" of non-null type "Boolean!" must not be null.',
    'Cannot return null for non-nullable field A.b.',
  ])('counts as internal when a resolver throws it, even in the words of graphql-js: %s', (message) => {
    expect(publicError(thrownInField(new GraphQLError(message)))).toBeNull();
  });

  it('rejects a response that is longer than a string can be', () => {
    const endless = {
      get data(): never {
        throw new RangeError('Invalid string length');
      },
    };
    expect(() => stringifyResult(endless)).toThrow(GraphQLError);
    try {
      stringifyResult(endless);
    } catch (error) {
      expect(present(error).extensions).toMatchObject({ reason: 'VALIDATION_FAILED', detail: [{ loc: ['query'] }] });
    }
  });
});

it('an error is logged at the level of its reason, and other errors at debug', () => {
  expect([logLevelOf('INTERNAL_SERVER_ERROR'), logLevelOf('GRAPHQL_PARSE_FAILED')]).toEqual(['error', 'debug']);
});
