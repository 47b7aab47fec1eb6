import { graphiqlPageHeaders, type PageState, renderGraphiqlPage } from '../../../src/http/graphiql/graphiql-page.js';
import { pageAssetsOf } from '../../../src/http/graphiql/page-assets.js';

const assets = pageAssetsOf({
  'page.tsx': {
    file: 'assets/page-1.js',
    name: 'page',
    isEntry: true,
    imports: ['_a.js', '_b.js'],
    css: ['assets/page-2.css'],
  },
  '_a.js': { file: 'assets/a-3.js', name: 'a', imports: ['_b.js', '_c.js'] },
  '_b.js': { file: 'assets/b-4.js', name: 'b', imports: ['_a.js'] },
  '_c.js': { file: 'assets/c-5.js', name: 'c', css: ['assets/c-6.css'] },
  'later.js': { file: 'assets/later-7.js', name: 'later' },
  'editor.worker.js': { file: 'assets/editor.worker-8.js', name: 'editor.worker', isEntry: true, imports: ['_d.js'] },
  '_d.js': { file: 'assets/d-9.js', name: 'd' },
});
const render = (state: PageState) => renderGraphiqlPage(assets, state);

function initialStateOf(html: string): unknown {
  const [, text] = /<script type="application\/json" id="initial-state">(.*?)<\/script>/s.exec(html)!;
  return JSON.parse(text!);
}

describe("GraphiQL's page", () => {
  it('hands its initial state over unchanged', () => {
    const state = { tabs: [{ query: '{ viewer { subject } }', variables: '{"ä":1}' }], demoTokens: [] };
    expect(initialStateOf(render(state))).toMatchObject(state);
  });

  it.each(['</script><script>alert(1)</script>', '<!-- <script>', ']]>', '&lt;/script>', '\u2028'])(
    'stays one data block when the state holds %j',
    (hostile) => {
      const state = { tabs: [{ query: hostile }], demoTokens: [{ label: hostile, token: hostile }] };
      const html = render(state);
      expect(initialStateOf(html)).toMatchObject(state);
      expect(html.match(/<script/g)).toHaveLength(2);
      expect(html).not.toContain('<!--');
    },
  );

  it('names its own assets by relative addresses, all that its script imports at once, and nothing else', () => {
    const addresses = [...render({ tabs: [], demoTokens: [] }).matchAll(/(?:href|src)="([^"]*)"/g)].map(
      ([, each]) => each,
    );
    expect(addresses.filter((each) => !each!.startsWith('data:image/'))).toEqual([
      'graphiql/assets/page-2.css',
      'graphiql/assets/c-6.css',
      'graphiql/assets/a-3.js',
      'graphiql/assets/b-4.js',
      'graphiql/assets/c-5.js',
      'graphiql/assets/page-1.js',
    ]);
  });

  it('tells its script where the workers are', () => {
    expect(initialStateOf(render({ tabs: [], demoTokens: [] }))).toMatchObject({
      workers: { 'editor.worker': 'graphiql/assets/editor.worker-8.js' },
    });
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
