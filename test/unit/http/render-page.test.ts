import { bundleOf, type PageAssets } from '../../../src/http/page-routes/page-assets.js';
import { pageHeaders, renderPage } from '../../../src/http/page-routes/render-page.js';
import type { InitialState } from '../../../src/pages/initial-state.js';

const bundle = bundleOf({
  'graphiql/page.tsx': {
    file: 'assets/graphiql-1.js',
    name: 'graphiql',
    isEntry: true,
    imports: ['_a.js', '_b.js'],
    css: ['assets/graphiql-2.css'],
  },
  'runs/page.tsx': {
    file: 'assets/runs-1.js',
    name: 'runs',
    isEntry: true,
    imports: ['_c.js'],
    css: ['assets/runs-2.css', 'assets/base-3.css'],
  },
  '_base-3.css': { file: 'assets/base-3.css' },
  'reference/page.tsx': { file: 'assets/reference-1.js', name: 'reference', isEntry: true },
  'static/page.tsx': { file: 'assets/static-1.js', name: 'static', isEntry: true },
  '_a.js': { file: 'assets/a-3.js', name: 'a', imports: ['_b.js', '_c.js'] },
  '_b.js': { file: 'assets/b-4.js', name: 'b', imports: ['_a.js'] },
  '_c.js': { file: 'assets/c-5.js', name: 'c', css: ['assets/c-6.css'] },
  'roboto-latin-400-normal.woff2': { file: 'assets/roboto-latin-400-normal-a.woff2' },
  'roboto-greek-400-normal.woff2': { file: 'assets/roboto-greek-400-normal-b.woff2' },
  'shared/theme/apply-theme.ts': { file: 'assets/theme-c.js' },
  'later.js': { file: 'assets/later-7.js', name: 'later' },
  'editor.worker.js': { file: 'assets/editor.worker-8.js', name: 'editor.worker', isEntry: true, imports: ['_d.js'] },
  '_d.js': { file: 'assets/d-9.js', name: 'd' },
});
const empty: InitialState = { root: '', clientName: 'pages', demoTokens: [], sharesToken: true, hasRuns: true };
const render = (state: Partial<InitialState> = {}, assets: PageAssets = bundle.pages.graphiql) =>
  renderPage({ title: 'Title', assets, state: { ...empty, ...state } });

function initialStateOf(html: string): unknown {
  const [, text] = /<script type="application\/json" id="initial-state">(.*?)<\/script>/s.exec(html)!;
  return JSON.parse(text!);
}

function addressesIn(html: string): string[] {
  const addresses = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address]) => address!);
  return addresses.filter((address) => !address.startsWith('data:image/'));
}

describe('a page for browsers', () => {
  it('receives its initial state unchanged', () => {
    const state = {
      root: '../',
      clientName: 'me',
      sharesToken: false,
      hasRuns: false,
      demoTokens: [{ label: 'ä', sees: '"', token: 'a.b.c' }],
    };
    expect(initialStateOf(render(state))).toEqual(state);
  });

  it.each(['</script><script>alert(1)</script>', '<!-- <script>', ']]>', '&lt;/script>', '\u2028'])(
    'stays one data block when the state holds %j',
    (hostile) => {
      const state = { demoTokens: [{ label: hostile, sees: hostile, token: hostile }] };
      const html = render(state);
      expect(initialStateOf(html)).toMatchObject(state);
      expect(html.match(/<script/g)).toHaveLength(3);
      expect(html).not.toContain('<!--');
    },
  );

  it('names its own assets by relative addresses, all that its script imports at once, and nothing else', () => {
    expect(addressesIn(render())).toEqual([
      'pages/assets/theme-c.js',
      'pages/assets/roboto-latin-400-normal-a.woff2',
      'pages/assets/c-6.css',
      'pages/assets/graphiql-2.css',
      'pages/assets/a-3.js',
      'pages/assets/b-4.js',
      'pages/assets/c-5.js',
      'pages/assets/graphiql-1.js',
    ]);
  });

  it('names them relative to its own path, below the root, styles that pages share before its own', () => {
    expect(addressesIn(render({ root: '../../' }, bundle.pages.runs))).toEqual([
      '../../pages/assets/theme-c.js',
      '../../pages/assets/roboto-latin-400-normal-a.woff2',
      '../../pages/assets/c-6.css',
      '../../pages/assets/base-3.css',
      '../../pages/assets/runs-2.css',
      '../../pages/assets/c-5.js',
      '../../pages/assets/runs-1.js',
    ]);
  });

  it('lists workers by their names in the bundle', () => {
    expect(bundle.workers).toEqual({ 'editor.worker': 'assets/editor.worker-8.js' });
  });
});

describe.each([true, false])('the content security policy of a page (with Monaco: %s)', (usesMonaco) => {
  const policy = new Map(
    pageHeaders({ usesMonaco })
      ['content-security-policy'].split('; ')
      .map((part) => {
        const [directive, ...sources] = part.split(' ');
        return [directive, sources.join(' ')];
      }),
  );

  it('lets the browser run no inline script and reach no other server', () => {
    for (const directive of ['default-src', 'frame-ancestors', 'base-uri', 'form-action'])
      expect([directive, policy.get(directive)]).toEqual([directive, "'none'"]);
    for (const directive of ['script-src', 'connect-src', 'font-src'])
      expect([directive, policy.get(directive)]).toEqual([directive, "'self'"]);
    expect([...policy.values()].join(' ')).not.toMatch(/\*|https?:|unsafe-eval/);
  });

  it('allows inline styles and workers only to Monaco, and shows files from memory only without it', () => {
    expect(policy.get('style-src')!.includes('unsafe-inline')).toBe(usesMonaco);
    expect(policy.has('worker-src')).toBe(usesMonaco);
    expect([...policy.values()].join(' ').includes('blob:')).toBe(!usesMonaco);
  });
});
