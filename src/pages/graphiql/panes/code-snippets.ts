// The operation as code to paste, with `$TOKEN` for the token.

import { shellWord } from '../../../shell-word.js';
import type { Operation } from '../response/stored-responses.js';

export interface Snippet {
  readonly name: string;
  readonly code: string;
}

export function snippetsOf({ query, variables = {} }: Operation, url: string): readonly Snippet[] {
  const trimmed = query.trim();
  const body = JSON.stringify({ query: trimmed, variables });
  return [
    {
      name: 'curl',
      code: `curl -s ${shellWord(url)} \\
  -H 'Content-Type: application/json' \\
  -H "Authorization: Bearer $TOKEN" \\
  -d ${shellWord(body)}`,
    },
    {
      name: 'fetch',
      code: `const response = await fetch('${url}', {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',
    Authorization: \`Bearer \${process.env.TOKEN}\`,
  },
  body: JSON.stringify({
    query: ${JSON.stringify(trimmed)},
    variables: ${indented(JSON.stringify(variables, null, 2), 4)},
  }),
});
const { data, errors } = await response.json();`,
    },
    {
      name: 'Python',
      code: `import json, os, urllib.request

query = ${JSON.stringify(trimmed)}
variables = json.loads(${JSON.stringify(JSON.stringify(variables))})
request = urllib.request.Request(
    "${url}",
    data=json.dumps({"query": query, "variables": variables}).encode(),
    headers={"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["TOKEN"]},
)
with urllib.request.urlopen(request) as response:
    print(json.load(response))`,
    },
  ];
}

function indented(text: string, spaces: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(spaces)}`);
}
