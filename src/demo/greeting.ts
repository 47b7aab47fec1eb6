// What a first start prints: who may ask, and a query that can be pasted into a shell.

import type { DemoIssuer } from './access/demo-issuer.js';
import { demoPlaces, demoSubjects } from './database/demo/demo-places.js';

const dayInSeconds = 86_400;

export async function printGreeting(url: string, issuer: DemoIssuer): Promise<void> {
  const tokenOf = (subject: string) => issuer.sign({ subject, expiresInSeconds: dayInSeconds, now: Date.now() });
  const tokens = await Promise.all(
    Object.entries(demoSubjects).map(async ([name, subject]) => `  ${name.padEnd(11)} ${await tokenOf(subject)}`),
  );
  process.stdout.write(`
The task-run gateway is ready, with demo data, at ${url}/graphql
Open it in a browser for GraphiQL, or paste this into a shell:

${exampleRequest(url, await tokenOf(demoSubjects.viewer))}

Tokens of the demo's subjects, good for a day (npm run token makes others):
${tokens.join('\n')}

`);
}

function exampleRequest(url: string, token: string): string {
  const { orgId, projectId, taskId, id } = demoPlaces.richRun;
  const query = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") {
    id created isError response submitted totalTokens chargedCredits llmCallTiming usedFallbackModel primaryFailureReason
    reportingGroup { name } files { name contentType downloadUrl } } }`;
  return `curl -s ${url}/graphql -H 'Content-Type: application/json' \\
  -H 'Authorization: Bearer ${token}' \\
  -d '${JSON.stringify({ query: query.replace(/\s+/g, ' ') })}'`;
}
