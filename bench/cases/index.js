// The cases. Each names the entry point it uses (contestants that have it take part), a selection, how many runs one
// request selects, which runs of the sample those are, and with how many connections it is timed by default.

/** One request for each run of the sample. */
const oneByOne = ({ paths }) => paths.map((path) => [path]);

/** Extra cases run only when they are named. */
export const cases = [
  {
    name: 'full',
    title: 'one full run: 21 fields, reporting group, files',
    entryPoint: 'taskRun',
    selection: 'full',
    runsPerRequest: 1,
    connections: [1, 32, 256],
    requestedPaths: oneByOne,
  },
  {
    name: 'small',
    title: 'one small run: `id isError totalTokens`',
    entryPoint: 'taskRun',
    selection: 'small',
    runsPerRequest: 1,
    connections: [32],
    requestedPaths: oneByOne,
  },
  {
    name: 'aliases50',
    title: '50 aliases of full runs of one task in one operation',
    entryPoint: 'taskRun',
    selection: 'full',
    runsPerRequest: 50,
    connections: [32],
    requestedPaths: ({ fifties }) => fifties,
  },
  {
    name: 'entities',
    title: '300 full runs through `_entities`, as a federated gateway requests them',
    entryPoint: 'entities',
    selection: 'full',
    runsPerRequest: 300,
    connections: [8],
    requestedPaths: ({ paths }) => Array.from({ length: 6 }, (_, index) => paths.slice(index * 300, (index + 1) * 300)),
  },
  {
    name: 'rest',
    title: 'one full run over REST, with links to its files',
    entryPoint: 'rest',
    selection: 'full',
    runsPerRequest: 1,
    connections: [32],
    requestedPaths: oneByOne,
  },
  {
    name: 'page',
    title: 'a page of 100 full runs of one task',
    entryPoint: 'taskRuns',
    selection: 'full',
    runsPerRequest: 100,
    connections: [16],
    requestedPaths: ({ pages }) => pages,
  },
  {
    name: 'page-small',
    title: "a page of 100 small runs: five fields and the group's name",
    entryPoint: 'taskRuns',
    selection: 'glance',
    runsPerRequest: 100,
    connections: [16],
    requestedPaths: ({ pages }) => pages,
  },
  {
    name: 'huge',
    title: 'one full run whose response is 5 MB',
    entryPoint: 'taskRun',
    selection: 'full',
    runsPerRequest: 1,
    connections: [4],
    isExtra: true,
    requestedPaths: ({ huge }) => [[huge]],
  },
  {
    name: 'neighbours',
    title: 'one full run; every 200th request is for the run of 5 MB',
    entryPoint: 'taskRun',
    selection: 'full',
    runsPerRequest: 1,
    connections: [32],
    isExtra: true,
    requestedPaths: (sample) => oneByOne(sample).map((pick, index) => (index % 200 === 100 ? [sample.huge] : pick)),
  },
];
