// The modules of src/, from those that know most to those that know least: a line for each layer, and in it one for each of
// its modules with its contents. A module imports its own layer and the layers below. The architecture test asserts this,
// and `npm run docs` prints it into docs/architecture.md.

export const layers = {
  'the program': {
    'main.ts': 'the process: arguments and exit code',
    commands: 'the command line, and the process while the gateway runs',
  },
  'the composition': {
    'app.ts': 'the composition root: which part gets which',
    'app-types.ts': 'what the composition root gives, and what it is given',
  },
  'entry points': {
    mcp: 'tools for agents, by the Model Context Protocol',
    http: 'the HTTP host: routes, limits, one log line a request, `access_denied` lines, UI pages, WebSockets',
    rest: 'the REST API, its OpenAPI document and Swagger UI',
  },
  GraphQL: {
    'graphql/apollo': 'Apollo Server, its plugins and validation rules',
    'graphql/documents': 'what a document must be; trusted documents',
    'graphql/schema': 'the schema, built from resolvers and types',
    'graphql/federation': 'this gateway as a subgraph',
    'graphql/resolvers': 'one call each to `task-runs`',
    'graphql/pipeline': 'from a request to its response: fast path, responder, media types',
    'graphql/errors': 'what is returned as a GraphQL error, and what is logged of it',
    graphql: 'the context that resolvers get',
    'graphql/selection': 'from selected fields to what has to be read',
    'graphql/entities': 'entities that federated gateways resolve',
    'graphql/types': 'the types of the schema',
    'graphql/scalars': 'the scalars of the schema',
    'graphql/execution': 'the executor and the cache of documents',
  },
  services: {
    'request-scope.ts': 'what a request has: its caller, what it may spend, what it reads by',
    'run-services.ts': 'the services of a request, over readers of the database',
    import: 'exports, and runs of other services, into the database, where they differ',
    export: 'runs as JSON lines, CSV and Parquet, and folders of them',
    demo: 'demo data and the greeting with its tokens',
  },
  runs: {
    'task-runs/export': 'all runs page by page, and what they refer to',
    'task-runs/changes': 'what changed since a cursor',
    'task-runs/resources': 'what a caller sees of organizations, projects and tasks, and which permissions it holds',
    'task-runs/lists': 'pages and counts',
    'task-runs/statistics': 'sums, buckets, percentiles, changes',
    'task-runs': 'what a caller may read: one run, runs by ids, scopes',
    'task-runs/one-run': 'runs by path or id',
    'task-runs/scope': 'what a caller sees of a task: facts, roles in SQL, filters',
    'task-runs/record': 'the run: field groups, projection, columns, relations, JSON Pointers',
    'task-runs/batching': 'the scheduler: lanes, turns, deadlines, byte budgets, shared statements',
  },
  'callers and files': {
    access: 'tokens to callers; the policy, a pure function',
    admission: 'what requests cost, expected and measured; what they and their callers may spend; how large scopes are',
    files: 'storage, download links',
  },
  'the database': {
    database: 'data source, entities, migrations, prepared statements, the embedded database, cancellation',
  },
  telemetry: {
    telemetry: 'log and metrics',
  },
  'the configuration': {
    config: 'every variable in one table; what the environment sets, parsed and checked',
    issuers: 'the types of issuers, and the rules of their tokens',
  },
  tools: {
    memory: 'the ledger of memory that callers take, with its accounts',
    libpq: "how PostgreSQL's own clients name servers: URLs, variables, certificates, password files",
    streams: 'how many streams of events are open; server-sent events',
    'trusted-documents': 'lists of documents, in the forms of tools',
    'run-types': 'types inferred from the JSON of runs, and where these disagree',
  },
  'the ground': {
    errors: 'every error: the catalogue, and what errors say',
    'limits.ts': 'every limit of an operation, in one table',
    json: 'JSON that is only passed on',
    dates: 'dates and times as clients write them',
    'data-dir': 'files that are made once and kept',
    'command-line.ts': 'how a command is started, for hints',
    'version.ts': 'the version of the package',
  },
};
