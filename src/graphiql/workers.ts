// Monaco's workers come from this server as files of their own, so the page needs no blob: in its content security
// policy. The bundler puts them beside the page's script.

const fileByLabel: Readonly<Record<string, string>> = { graphql: 'graphql.worker.js', json: 'json.worker.js' };

Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_moduleId: string, label: string) =>
      new Worker(new URL(fileByLabel[label] ?? 'editor.worker.js', import.meta.url), { type: 'module' }),
  },
});
