// The modules of src/, from the top layer to the bottom: an entry for each layer, and in it one for each of
// its modules with its contents. A module imports its own layer and the layers below. The architecture test asserts this,
// and `npm run docs` prints it into docs/architecture.md.

export const layers = {
  'the program': {
    'main.ts': 'the process: arguments and exit code',
    commands: 'the command line, and the process while the gateway runs',
  },
  'the composition': {
    app: 'the composition root, which opens all parts, and closes them in order',
  },
  'entry points': {
    mcp: 'tools for agents, by the Model Context Protocol',
    http: 'the HTTP host: routes, limits, one log line a request, UI pages, WebSockets',
    rest: 'the REST API, its OpenAPI document and Swagger UI',
  },
  GraphQL: {
    'graphql/operation': 'from the parameters of an operation to its response; Apollo Server; media types',
    'graphql/documents': 'rules for documents, and lists of them',
    'graphql/schema': 'the schema, built from resolvers and types',
    'graphql/federation': 'this gateway as a subgraph',
    'graphql/resolvers': 'one call each to `task-runs`',
    'graphql/errors': 'GraphQL errors, as returned and as logged',
    graphql: 'the context of resolvers',
    'graphql/selection': 'from selected fields to reads',
    'graphql/entities': 'entities that federated gateways resolve',
    'graphql/types': 'the types and arguments of the schema, a file for each topic',
    'graphql/scalars': 'the scalars of the schema',
    'graphql/execution': 'the executor and the cache of documents',
  },
  'the pages': {
    'pages/graphiql': 'GraphiQL with panes for tables, plots, costs and code',
    'pages/runs/page.tsx': 'the program of all pages about runs, by address',
  },
  'pages about runs': {
    'pages/runs/compare': 'two runs side by side, with what differs',
    'pages/runs/list': 'the list of runs, as a page and live',
    'pages/runs/statistics': 'totals, charts and breakdowns',
    'pages/runs/peek': 'a run next to the list',
    'pages/runs/run': 'one run: payloads, facts, failure, files, related runs',
  },
  'shared by pages about runs': {
    'pages/runs/marks': 'the selected runs, in the address',
    'pages/runs/table': 'columns and pages of lists',
    'pages/runs/values': 'JSON for reading: conversations, Markdown, code, tracebacks',
    'pages/runs/find': 'a search inside of a text',
    'pages/runs/export': 'downloads of listed runs',
    'pages/runs/run-url.ts': 'addresses of runs and of their lists',
    'pages/runs/filters': 'the bar of filters, and the filters in the address',
    'pages/runs/scope': 'the project or task that a page is about, and what the caller sees',
    'pages/runs/navigation.ts': 'from page to page without a new document',
    'pages/runs/run-status.tsx': 'the outcome of a run, in words and colour',
    'pages/runs/shortcuts.tsx': 'keys of a page',
    'pages/runs/operations.ts': 'operations with their types, made from the schema',
  },
  'shared by all pages': {
    'pages/shared': 'requests, tokens, JSON trees, plots, formats, the header',
  },
  services: {
    request:
      'the scope of a request: caller, budget, cost, services; the fields of its log line; `access_denied` lines',
    import: 'runs from files, exports and other services into the database',
    export: 'runs as JSON lines, CSV and Parquet, and folders of them',
    demo: 'demo data and the greeting with its tokens',
  },
  runs: {
    'task-runs/export': 'all runs page by page, with their relations',
    'task-runs/changes': 'changes since a cursor',
    'task-runs/resources': 'visible organizations, projects and tasks; permissions',
    'task-runs/lists': 'pages and counts',
    'task-runs/statistics': 'sums, buckets, percentiles, changes',
    'task-runs': 'the services of single runs',
    'task-runs/audit': 'what of a response is payload, for its line in the audit log',
    'task-runs/one-run': 'runs by path or id',
    'task-runs/scope': 'visible runs of a task: facts, roles in SQL, filters',
    'task-runs/record': 'the run: field groups, projection, columns, relations, JSON Pointers',
    'task-runs/batching': 'the scheduler: lanes, queues, deadlines, byte budgets, shared statements',
  },
  'callers and files': {
    access: 'verification of tokens; the policy, a pure function',
    admission: 'estimated and measured costs; points of callers; sizes of scopes',
    files: 'storage, download links',
  },
  'the database': {
    database: 'data source, entities, migrations, prepared statements, the embedded database, cancellation',
  },
  telemetry: {
    audit: 'the file of the audit log',
    telemetry: 'log and metrics',
  },
  'the configuration': {
    config: 'every variable in one table; parsing and checks of the environment; the rules of issuers by type',
  },
  tools: {
    pages: 'the state that the server writes into a page, as a type',
    memory: 'the memory ledger with its accounts',
    libpq: "servers as PostgreSQL's own clients name them: URLs, variables, certificates, password files",
    streams: 'the numbers of open event streams; server-sent events',
    'trusted-documents': 'lists of documents, in the forms of tools',
  },
  'the ground': {
    errors: 'the catalogue of errors, and their details',
    'limits.ts': 'every limit of an operation, in one table',
    json: 'JSON that is passed on as text',
    dates: 'parsing of dates and times',
    'kept-file.ts': 'files that are created once and kept',
    'time-limit.ts': 'time limits of promises and streams',
    'command-line.ts': 'the command line of a command, for hints',
    'shell-word.ts': 'a text as one word of a shell command',
    'format-count.ts': 'numbers with commas between thousands',
    'version.ts': 'the version of the package',
  },
};
