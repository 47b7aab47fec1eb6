import { isAllowedOrigin } from '../../../src/http/cors.js';

describe('the origin', () => {
  it.each([
    ['http://localhost', true],
    ['http://localhost:5173', true],
    ['https://localhost:5173', false],
    ['http://localhost:5173.example', false],
    ['http://localhost.example:5173', false],
    ['http://localhost:', false],
    ['http://127.0.0.1:5173', false],
    ['null', false],
    ['https://app.example', true],
    ['https://app.example:8443', false],
  ])('%s may send a cross-origin request: %s', (origin, isAllowed) => {
    expect(isAllowedOrigin(origin, ['http://localhost:*', 'https://app.example'])).toBe(isAllowed);
    expect(isAllowedOrigin(origin, '*')).toBe(true);
  });
});
