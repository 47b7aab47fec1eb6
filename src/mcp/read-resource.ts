// Runs and their parts as resources, in pieces of their JSON text. Each piece names the next one.

import type { ReadResourceResult, ResourceTemplateType } from '@modelcontextprotocol/server';
import { validationFailed } from '../errors/validation.js';
import type { ToolCall } from './call-tool.js';
import type { ResultBudget } from './fit-result.js';
import { parseRunUri, type RunPart, runUri } from './run-uri.js';
import { maxPieceLength, pieceOf } from './value-presenter.js';

/** The response to an operation on one run. */
interface RunData {
  readonly taskRun?: { readonly id?: string } | null;
  readonly node?: { readonly value?: unknown; readonly files?: unknown } | null;
}

interface Reading {
  /** The tool that contains the operation. */
  readonly tool: string;
  readonly operation: string;
  readonly description: string;
  /** Returns `undefined` if there is no value to show. */
  valueIn(data: RunData): unknown;
}

const readings: Readonly<Record<RunPart | 'run', Reading>> = {
  run: {
    tool: 'get_run',
    operation: 'get_run_by_id',
    description: 'A run: usage, timings, files, and previews of its inputs and response.',
    valueIn: ({ taskRun }) => (taskRun?.id ? taskRun : undefined),
  },
  response: {
    tool: 'read_response',
    operation: 'read_response',
    description: 'The response of a run.',
    valueIn: ({ node }) => node?.value,
  },
  'run-data': {
    tool: 'read_run_data',
    operation: 'read_run_data',
    description: 'The run data of a run, with its inputs at /submitted.',
    valueIn: ({ node }) => node?.value,
  },
  files: {
    tool: 'get_run',
    operation: 'get_run_files',
    description: 'The files of a run, with URLs of their bytes. The URLs need no token, and expire.',
    valueIn: ({ node }) => node?.files,
  },
};

export const resourceTemplates: ResourceTemplateType[] = Object.entries(readings).map(([name, { description }]) => ({
  name,
  uriTemplate: `${templateOf(name as RunPart | 'run')}{?offset}`,
  description: `${description} The JSON text in pieces, each with the URI of the next.`,
  mimeType: 'application/json',
}));

/** The size in bytes of a response without its piece: its own URI and that of the next piece. */
const frameBytes = 500;

/**
 * @throws GatewayError for a URI that is not a run's, for a value that the caller may not read, and with
 * AUDIT_UNAVAILABLE
 */
export async function readRun(
  uri: string,
  open: (tool: string) => ToolCall,
  { maxBytes }: ResultBudget,
): Promise<ReadResourceResult> {
  const address = parseRunUri(uri);
  if (address === null) {
    const forms = resourceTemplates.map(({ uriTemplate }) => uriTemplate).join(', ');
    throw validationFailed(['uri'], `must have one of the forms ${forms}`);
  }
  const { id, part, offset } = address;
  const name = part ?? 'run';
  const { tool, operation, valueIn } = readings[name];
  const toolCall = open(tool);
  const whole = await toolCall
    .readValue(operation, id, valueIn)
    .catch((error) => toolCall.rejectAudited(templateOf(name), error));
  const { text, nextOffset } = takePiece(whole, offset, maxBytes - frameBytes);
  await toolCall.audit(templateOf(name), text);
  const next = nextOffset === null ? null : runUri(id, part, nextOffset);
  return {
    contents: [
      { uri, mimeType: 'application/json', text, ...(next && { _meta: { nextUri: next } }) },
      ...(next ? [{ uri: next, mimeType: 'text/plain', text: `The next piece is ${next}.` }] : []),
    ],
  };
}

function templateOf(name: RunPart | 'run'): string {
  return runUri('{id}', name === 'run' ? null : name);
}

function takePiece(text: string, offset: number, maxBytes: number) {
  for (let length: number = maxPieceLength; ; length = Math.floor(length * 0.8)) {
    const piece = pieceOf(text, { offset, length });
    if (Buffer.byteLength(piece.text) <= maxBytes) return piece;
  }
}
