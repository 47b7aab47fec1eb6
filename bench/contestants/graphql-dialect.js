// The requests of a contestant: one document per case, with the contestant's own names and the ids as variables.
// Responses are mapped back to the gateway's names, so that all are checked against the same rows.

const scalars = `id taskId taskRevisionId response runData created inputTokens outputTokens totalTokens
  inputProcessorTiming llmCallTiming chargedCredits isError llmRetries usedFallbackModel primaryFailureReason
  fallbackLlmModelId userId reportingGroupId reference contextId`;

/** Selections in the gateway's names; most contestants share them. */
export const selections = {
  full: `${scalars}
  reportingGroup { id name description }
  files { name contentType sizeBytes direction }`,
  small: 'id isError totalTokens',
  glance: 'id taskId created isError totalTokens reportingGroup { name }',
};

const id = (argument) => ({ argument, type: 'ID!' });

/** The keys of a task and of a run, if these are identified by their whole paths. */
export const taskKeys = { orgId: id('orgId'), projectId: id('projectId'), taskId: id('taskId') };
export const runKeys = { ...taskKeys, id: id('id') };

/**
 * @param {object} dialect
 * @param {string} [dialect.path] of the endpoint
 * @param {Record<string, string>} [dialect.headers]
 * @param {string} [dialect.field] that returns one run
 * @param {Record<string, { argument: string, type: string }>} dialect.keys arguments naming a run, by path member
 * @param {Record<string, string>} [dialect.selections]
 * @returns an entry point: how to write a request, how a successful response begins, and how to read one
 */
export function createDialect({ path = '/graphql', headers, field = 'taskRun', keys, selections: own = selections }) {
  const documents = new Map();
  const documentOf = (testCase) => {
    if (!documents.has(testCase)) {
      documents.set(testCase, writeDocument(testCase, field, keys, own[testCase.selection]));
    }
    return documents.get(testCase);
  };
  return {
    responseStart: '{"data":{',
    /** Returns one request for the runs at `paths`. */
    request(testCase, paths) {
      const variables = {};
      for (const key of Object.keys(keys)) {
        if (key !== 'id') variables[key] = paths[0][key];
        else for (const [index, { id }] of paths.entries()) variables[`id${index}`] = id;
      }
      const body = JSON.stringify({ query: documentOf(testCase), operationName: operationOf(testCase), variables });
      return { method: 'POST', path, headers: { 'content-type': 'application/json', ...headers }, body };
    },
    /** Returns the runs of a parsed response in the requested order. */
    results({ data, errors }) {
      if (errors) throw new Error(JSON.stringify(errors));
      return Object.values(data).map(toRun);
    },
  };
}

/**
 * Returns `full1`, `small1` or `full50`, by which the limit chooses its statement, because it does not parse queries.
 */
function operationOf({ selection, runsPerRequest }) {
  return `${selection}${runsPerRequest}`;
}

// All runs of a request belong to the same task, so only their own ids differ.
function writeDocument(testCase, field, keys, fields) {
  const { runsPerRequest } = testCase;
  const indexes = Array.from({ length: runsPerRequest }, (_, index) => index);
  const declarations = Object.entries(keys).flatMap(([key, { type }]) =>
    key === 'id' ? indexes.map((index) => `$id${index}: ${type}`) : [`$${key}: ${type}`],
  );
  const call = (index) =>
    `${field}(${Object.entries(keys)
      .map(([key, { argument }]) => `${argument}: $${key === 'id' ? `id${index}` : key}`)
      .join(', ')})`;
  const head = `query ${operationOf(testCase)}(${declarations.join(', ')})`;
  if (runsPerRequest === 1) return `${head} { ${call(0)} { ${fields} } }`;
  const aliases = indexes.map((index) => `r${index}: ${call(index)} { ...run }`);
  return `${head} { ${aliases.join('\n')} } fragment run on TaskRun { ${fields} }`;
}

/** A 64-bit size is a number in one schema and a string in another. */
export function toRun(node) {
  if (!node?.files) return node;
  return { ...node, files: node.files.map((file) => ({ ...file, sizeBytes: Number(file.sizeBytes) })) };
}
