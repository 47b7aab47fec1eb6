import type { GraphiqlInitialState } from '../../../src/graphiql/initial-state.js';
import { graphiqlPageHeaders, renderGraphiqlPage } from '../../../src/http/graphiql/graphiql-page.js';

const assets = { version: '0123456789abcdef', modules: ['page.js', 'chunk-A.js'], files: new Map() };
const render = (state: GraphiqlInitialState) => renderGraphiqlPage(assets, state);

function initialStateOf(html: string): unknown {
  const [, text] = /<script type="application\/json" id="initial-state">(.*?)<\/script>/s.exec(html)!;
  return JSON.parse(text!);
}

describe("GraphiQL's page", () => {
  it('hands its initial state over unchanged', () => {
    const state = { tabs: [{ query: '{ viewer { subject } }', variables: '{"ä":1}' }], demoTokens: [] };
    expect(initialStateOf(render(state))).toEqual(state);
  });

  it.each(['</script><script>alert(1)</script>', '<!-- <script>', ']]>', '&lt;/script>', '\u2028'])(
    'stays one data block when the state holds %j',
    (hostile) => {
      const state = { tabs: [{ query: hostile }], demoTokens: [{ label: hostile, token: hostile }] };
      const html = render(state);
      expect(initialStateOf(html)).toEqual(state);
      expect(html.match(/<script/g)).toHaveLength(2);
      expect(html).not.toContain('<!--');
    },
  );

  it('names its own assets by relative addresses and nothing else', () => {
    const addresses = [...render({ tabs: [], demoTokens: [] }).matchAll(/(?:href|src)="([^"]*)"/g)].map(
      ([, each]) => each,
    );
    expect(addresses.filter((each) => !each!.startsWith('data:image/'))).toEqual([
      'graphiql/0123456789abcdef/page.css',
      'graphiql/0123456789abcdef/page.js',
      'graphiql/0123456789abcdef/chunk-A.js',
      'graphiql/0123456789abcdef/page.js',
    ]);
  });

  it('lets the browser run no inline script and reach no other server', () => {
    const policy = new Map(
      graphiqlPageHeaders['content-security-policy'].split('; ').map((each) => {
        const [directive, ...sources] = each.split(' ');
        return [directive, sources.join(' ')];
      }),
    );
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('script-src')).toBe("'self'");
    expect(policy.get('connect-src')).toBe("'self'");
    expect(policy.get('worker-src')).toBe("'self'");
    expect(policy.get('frame-ancestors')).toBe("'none'");
    expect(policy.get('base-uri')).toBe("'none'");
    expect(policy.get('form-action')).toBe("'none'");
    expect([...policy.values()].join(' ')).not.toMatch(/\*|https?:|blob:|unsafe-eval/);
  });
});
