import { useEffect, useState } from 'react';
import { sentenceOf } from '../../shared/api/error-sentence.js';
import { fetchWithToken } from '../../shared/api/graphql-client.js';
import { memberOf, parseJson } from '../../shared/json/json-tree.js';
import { JsonView } from '../../shared/json/json-view.js';
import type { Operation } from '../response/stored-responses.js';

/** The server's estimate for an operation, requested without executing it. */
export function ExpectedCost({ operation }: { readonly operation: Operation }) {
  const [cost, setCost] = useState('');
  useEffect(() => {
    const request = new AbortController();
    setCost('');
    explain(operation, request.signal).then(setCost, (error) => {
      if (!request.signal.aborted) setCost(JSON.stringify(sentenceOf(error)));
    });
    return () => request.abort();
  }, [operation]);
  return (
    <>
      <h2>Expected, in points of 0.1 ms</h2>
      {cost !== '' && <JsonView text={cost} label="Expected cost" />}
    </>
  );
}

/** Returns JSON text: the cost, or the response that explains why it is unknown. */
async function explain(operation: Operation, signal: AbortSignal): Promise<string> {
  const response = await fetchWithToken('graphql?explain=cost', {
    method: 'POST',
    signal,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(operation),
  });
  const text = await response.text();
  const extensions = memberOf(parseJson(text), 'extensions');
  return memberOf(extensions, 'cost')?.text ?? text;
}
