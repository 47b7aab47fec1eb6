import { useCallback, useState } from 'react';
import { ResponseTooLarge, requestGraphql } from '../../shared/api/graphql-client.js';
import { withSelection } from '../../shared/api/operation.js';
import { type Outcome, useRequest } from '../../shared/api/use-request.js';
import { payloadQuery } from '../operations.js';
import type { RunPath } from '../run-url.js';

export type PayloadName = 'submitted' | 'response' | 'runData';

/** Larger payloads are read on request. */
const maxBytesAtOnce = 300_000;
const previewLength = 1000;

export interface Payload {
  /** `undefined` if it was not read completely, `null` if the run has none. */
  readonly text: string | null | undefined;
  /** The beginning, if it was not read completely. */
  readonly preview: string | null;
  readonly error: unknown;
  readonly isLoading: boolean;
  reload(): void;
  /** Reads it regardless of its size. */
  readAll(): void;
}

interface PayloadText {
  readonly text?: string | null;
  readonly preview?: string | null;
}

/**
 * Reads JSON of a run as the stored text. `bytes` is its size, if known. An error replaces an earlier text. An expired
 * token is an error, and the text is not read again when the token is renewed.
 */
export function usePayload(path: RunPath, name: PayloadName, bytes?: number | null): Payload {
  const [isRequested, setRequested] = useState(false);
  const { data, error, isStale, reload } = useRequest<PayloadText>(
    JSON.stringify([path, name, bytes, isRequested]),
    async (signal) => {
      const read = (field: string, maxBytes?: number) =>
        requestGraphql(withSelection(payloadQuery, 'Payload', `value: ${field}`), path, signal, maxBytes);
      const readPreview = async (): Promise<Outcome<PayloadText>> => {
        // The API has no preview of the run data.
        if (name === 'runData') return { data: { preview: null } };
        const { data } = await read(`${name}Preview(length: ${previewLength})`);
        return { data: { preview: data?.taskRun?.value ?? null } };
      };
      if ((bytes ?? 0) > maxBytesAtOnce && !isRequested) return readPreview();
      try {
        const { data, errors } = await read(`${name}Text`, isRequested ? undefined : maxBytesAtOnce * 4);
        return { data: data?.taskRun ? { text: data.taskRun.value } : {}, error: errors[0] };
      } catch (error) {
        if (error instanceof ResponseTooLarge) return readPreview();
        throw error;
      }
    },
  );
  const { text, preview = null } = (isStale ? undefined : data) ?? {};
  return {
    text,
    preview,
    error,
    reload,
    isLoading: error === undefined && (data === undefined || (isRequested && text === undefined)),
    readAll: useCallback(() => setRequested(true), []),
  };
}
