import { useMemo } from 'react';
import { memberOf, parseJson } from '../../shared/json/json-tree.js';
import { JsonView } from '../../shared/json/json-view.js';
import type { StoredResponse } from '../response/stored-responses.js';
import { ExpectedCost } from './expected-cost.js';

/** Headers in which servers report a request's cost or id. */
const costHeaders = /cost|timing|limit|retry|statement|request-id|trace/i;

/** The cost of a response: measured here, reported by the server, and estimated in advance. */
export function CostPane({ response }: { readonly response: StoredResponse }) {
  const { text, status, headers, firstByteMs, totalMs } = response;
  const extensions = useMemo(() => extensionsIn(text), [text]);
  const bytes = useMemo(() => new TextEncoder().encode(text).length, [text]);
  const encoding = headers.get('content-encoding');
  const facts: readonly (readonly [string, string])[] = [
    ['Status', String(status)],
    ['Until the first byte', `${firstByteMs.toFixed(1)} ms`],
    ['Until the last byte', `${totalMs.toFixed(1)} ms`],
    ['Size', `${bytes.toLocaleString('en')} bytes${encoding ? `, sent compressed (${encoding})` : ''}`],
    ...[...headers].filter(([name]) => costHeaders.test(name)),
  ];
  return (
    <>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <ExpectedCost operation={response.operation} />
      {extensions !== undefined && (
        <>
          <h2>Reported in extensions</h2>
          <JsonView text={extensions} label="Extensions" />
        </>
      )}
    </>
  );
}

/** Returns the extensions with all their digits. Large responses without extensions are not parsed. */
function extensionsIn(text: string): string | undefined {
  return JSON.parse(text).extensions === undefined ? undefined : memberOf(parseJson(text), 'extensions')?.text;
}
