// What is asked. A case names the door it goes through (whoever has that door takes part), a selection, how many runs
// one request asks for, which runs of the sample those are, and under how many connections it is timed by default.

/** One request for each run of the sample. */
const oneByOne = ({ paths }) => paths.map((path) => [path]);

/** Extra cases run only when they are named. */
export const cases = [
  {
    name: 'full',
    title: 'one full run: 21 fields, reporting group, files',
    door: 'taskRun',
    selection: 'full',
    runsPerRequest: 1,
    connections: [1, 32, 256],
    pointers: oneByOne,
  },
  {
    name: 'small',
    title: 'one small run: `id isError totalTokens`',
    door: 'taskRun',
    selection: 'small',
    runsPerRequest: 1,
    connections: [32],
    pointers: oneByOne,
  },
  {
    name: 'aliases50',
    title: '50 aliases of full runs of one task in one operation',
    door: 'taskRun',
    selection: 'full',
    runsPerRequest: 50,
    connections: [32],
    pointers: ({ fifties }) => fifties,
  },
  {
    name: 'entities',
    title: '300 full runs through `_entities`, as a federated gateway asks for them',
    door: 'entities',
    selection: 'full',
    runsPerRequest: 300,
    connections: [8],
    pointers: ({ paths }) => Array.from({ length: 6 }, (_, index) => paths.slice(index * 300, (index + 1) * 300)),
  },
  {
    name: 'rest',
    title: 'one full run over REST, with links to its files',
    door: 'rest',
    selection: 'full',
    runsPerRequest: 1,
    connections: [32],
    pointers: oneByOne,
  },
  {
    name: 'page',
    title: 'a page of 100 full runs of one task',
    door: 'taskRuns',
    selection: 'full',
    runsPerRequest: 100,
    connections: [16],
    pointers: ({ pages }) => pages,
  },
  {
    name: 'page-small',
    title: "a page of 100 small runs: five fields and the group's name",
    door: 'taskRuns',
    selection: 'glance',
    runsPerRequest: 100,
    connections: [16],
    pointers: ({ pages }) => pages,
  },
  {
    name: 'huge',
    title: 'one full run whose response is 5 MB',
    door: 'taskRun',
    selection: 'full',
    runsPerRequest: 1,
    connections: [4],
    isExtra: true,
    pointers: ({ huge }) => [[huge]],
  },
  {
    name: 'neighbours',
    title: 'one full run; every 200th request asks for the run of 5 MB',
    door: 'taskRun',
    selection: 'full',
    runsPerRequest: 1,
    connections: [32],
    isExtra: true,
    pointers: (sample) => oneByOne(sample).map((pick, index) => (index % 200 === 100 ? [sample.huge] : pick)),
  },
];
