// The modules of src/, from the top layer to the bottom: a line for each layer, and in it one for each of
// its modules with its contents. A module imports its own layer and the layers below. The architecture test asserts this,
// and `npm run docs` prints it into docs/architecture.md.

export const layers = {
  'the program': {
    'main.ts': 'the process: arguments and exit code',
    commands: 'the command line, and the process while the gateway runs',
  },
  'the composition': {
    'app.ts': 'the composition root, which connects all parts',
    'app-types.ts': 'the inputs and outputs of the composition root',
  },
  'entry points': {
    mcp: 'tools for agents, by the Model Context Protocol',
    http: 'the HTTP host: routes, limits, one log line a request, `access_denied` lines, UI pages, WebSockets',
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
    'graphql/types': 'the types of the schema',
    'graphql/scalars': 'the scalars of the schema',
    'graphql/execution': 'the executor and the cache of documents',
  },
  services: {
    'request-scope.ts': 'the scope of a request: caller, budget, cost, services',
    'run-services.ts': 'the services of a request, over readers of the database',
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
    telemetry: 'log and metrics',
  },
  'the configuration': {
    config: 'every variable in one table; parsing and checks of the environment',
    issuers: 'the types of issuers, and the rules of their tokens',
  },
  tools: {
    memory: 'the memory ledger with its accounts',
    libpq: "servers as PostgreSQL's own clients name them: URLs, variables, certificates, password files",
    streams: 'the numbers of open event streams; server-sent events',
    'trusted-documents': 'lists of documents, in the forms of tools',
    'run-types': 'types inferred from the JSON of runs, and their contradictions',
  },
  'the ground': {
    errors: 'the catalogue of errors, and their details',
    'limits.ts': 'every limit of an operation, in one table',
    json: 'JSON that is passed on as text',
    dates: 'parsing of dates and times',
    'data-dir': 'files that are created once and kept',
    'time-limit.ts': 'time limits of promises and streams',
    'command-line.ts': 'the command line of a command, for hints',
    'version.ts': 'the version of the package',
  },
};
