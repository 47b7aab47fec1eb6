import { demoSubjects } from '../../../src/demo/data/demo-places.js';
import { greeting, greetingWithoutDemoData, keepDemoTokens, noticeWithoutTokens } from '../../../src/demo/greeting.js';

const url = 'http://127.0.0.1:4000';

describe('the greeting', () => {
  const tokens = [
    { label: 'viewer', sees: 'some', token: 'the.first.token' },
    { label: 'owner', sees: 'all', token: 'another.token.here' },
  ];
  const plainShell = { hasVariables: false, hasJq: false };
  const text = greeting(url, tokens, plainShell);

  it('names the pages before GraphiQL, for people with demo data and without', () => {
    for (const shown of [text, greetingWithoutDemoData(url, plainShell)]) {
      expect(shown.match(/http:\/\/127\.0\.0\.1:4000\S*/g)!.slice(0, 2)).toEqual([`${url}/`, `${url}/graphql`]);
    }
  });

  it('shows a request with the first token, and no other token', () => {
    expect(text).toMatch(
      /^curl -s 'http:\/\/127\.0\.0\.1:4000\/graphql' .*\\\n {2}-H 'Authorization: Bearer the\.first\.token' \\\n {2}-d '\{.*\}'$/m,
    );
    expect(text).not.toContain('another.token.here');
  });

  it('breaks the answer of the request into lines where there is jq', () => {
    expect(greeting(url, tokens, { ...plainShell, hasJq: true })).toMatch(/^ {2}-d '\{.*\}' \| jq$/m);
  });

  it('asks for the same variables only where one is set', () => {
    const sentence = 'in a shell with the same variables as this one:';
    for (const shown of [text, greetingWithoutDemoData(url, plainShell)]) expect(shown).not.toContain('same variables');
    const shell = { ...plainShell, hasVariables: true };
    for (const shown of [greeting(url, tokens, shell), greetingWithoutDemoData(url, shell)])
      expect(shown).toContain(sentence);
  });

  it('shows a table of who sees what, with a short command for each token', () => {
    const lines = text.trimEnd().split('\n');
    const table = lines.slice(lines.findIndex((line) => line.startsWith('who ')));
    const [heading, ...rows] = table.map((line) => line.split(/ {2,}/));
    expect(heading).toEqual(['who', 'sees', 'token']);
    expect(rows.map(([name, , command]) => [name, command])).toEqual(
      Object.keys(demoSubjects).map((name) => [name, `npm run --silent token -- --subject ${name}`]),
    );
    expect(new Set(table.map((line) => line.lastIndexOf('  '))).size).toBe(1);
  });

  it('lists no subject where the database is not the demo, but the commands for a token and a role', () => {
    const other = greetingWithoutDemoData(url, plainShell);
    expect(other).toMatch(/^npm run --silent token -- --subject NAME$/m);
    expect(other).toMatch(/^npm run grant -- --user NAME --role viewer --task ID$/m);
    expect(other).not.toMatch(/stranger|Harbor/);
  });
});

describe('the tokens of pages', () => {
  it('are signed once an hour', async () => {
    let now = 0;
    const signed: number[] = [];
    const issuer = {
      async sign({ now: at }: { readonly now: number }) {
        signed.push(at);
        return 'a.b.c';
      },
    };
    const tokens = keepDemoTokens(issuer as never, () => now);
    const first = await tokens();
    now = 3_599_999;
    expect(await tokens()).toBe(first);
    now = 3_600_000;
    const second = await tokens();
    expect(second).not.toBe(first);
    expect(await tokens()).toBe(second);
    expect(second.map(({ label }) => label)).toEqual(Object.keys(demoSubjects));
    expect([...new Set(signed)]).toEqual([0, 3_600_000]);
    // The clock had been ahead.
    now = 1000;
    expect(await tokens()).not.toBe(second);
  });

  it('have a sentence in their place that names PUBLIC_URL and a command', () => {
    expect(noticeWithoutTokens(url)).toMatch(
      /PUBLIC_URL, http:\/\/127\.0\.0\.1:4000\. .* npm run token -- --subject NAME prints\.$/,
    );
  });
});
