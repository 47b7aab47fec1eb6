import { demoSubjects } from '../../../src/demo/data/demo-places.js';
import { greeting, greetingWithoutDemoData } from '../../../src/demo/greeting.js';

const url = 'http://127.0.0.1:4000';

describe('the greeting', () => {
  const text = greeting(url, [
    { label: 'viewer', sees: 'some', token: 'the.first.token' },
    { label: 'owner', sees: 'all', token: 'another.token.here' },
  ]);

  it('names the pages before GraphiQL, for people with demo data and without', () => {
    for (const shown of [text, greetingWithoutDemoData(url)]) {
      expect(shown.match(/http:\/\/127\.0\.0\.1:4000\S*/g)!.slice(0, 2)).toEqual([`${url}/`, `${url}/graphql`]);
    }
  });

  it('shows a request with the first token, and no other token', () => {
    expect(text).toMatch(
      /^curl -s 'http:\/\/127\.0\.0\.1:4000\/graphql' .*\\\n {2}-H 'Authorization: Bearer the\.first\.token' \\\n {2}-d '\{.*\}'$/m,
    );
    expect(text).not.toContain('another.token.here');
  });

  it('shows a table of who sees what, with a short command for each token', () => {
    const lines = text.trimEnd().split('\n');
    const table = lines.slice(lines.findIndex((line) => line.startsWith('who ')));
    const [heading, ...rows] = table.map((line) => line.split(/ {2,}/));
    expect(heading).toEqual(['who', 'sees', 'token']);
    expect(rows.map(([name, , command]) => [name, command])).toEqual(
      Object.keys(demoSubjects).map((name) => [name, `npm run token -- --subject ${name}`]),
    );
    expect(new Set(table.map((line) => line.lastIndexOf('  '))).size).toBe(1);
  });

  it('lists no subject where the database is not the demo, but the commands for a token and a role', () => {
    const other = greetingWithoutDemoData(url);
    expect(other).toMatch(/^npm run token -- --subject NAME$/m);
    expect(other).toMatch(/^npm run grant -- --user NAME --role viewer --task ID$/m);
    expect(other).not.toMatch(/stranger|Harbor/);
  });
});
