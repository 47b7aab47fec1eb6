// Calls tools with messages, and checks what must hold for every result.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ToolMessage } from './responses.js';

export interface ToolResult {
  readonly isError: boolean;
  readonly text: string;
  /** `null` for an error text. */
  readonly structured: any;
  readonly tokens: number;
  readonly links: readonly string[];
}

export interface ToolClient {
  /** Calls a tool. Its result must be within the budget, and have the form that its schema describes. */
  call(name: string, args: object): Promise<ToolResult>;
  /** Reads a resource completely. */
  readAll(uri: string): Promise<string>;
  send(method: string, params?: object): Promise<ToolMessage>;
}

/** Returns the budget's own estimate. */
export const tokensOf = (...texts: readonly string[]) =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 3.5;

export async function createToolClient(url: string, token: string, maxTokens: number): Promise<ToolClient> {
  const validators = new Map<string, ValidateFunction>();
  const { tools } = (await send('tools/list')).result;
  for (const { name, outputSchema } of tools) {
    validators.set(name, new Ajv2020({ strict: false }).compile(closed(outputSchema) as object));
  }
  return { call, readAll, send };

  async function send(method: string, params: object = {}): Promise<ToolMessage> {
    const response = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    return (await response.json()) as ToolMessage;
  }

  async function call(name: string, args: object): Promise<ToolResult> {
    const { result, error } = await send('tools/call', { name, arguments: args });
    if (error) throw new Error(`${name}: ${error.message}`);
    const [{ text }, ...links] = result.content;
    const structured = result.structuredContent ?? null;
    const tokens = tokensOf(
      text,
      structured === null ? '' : JSON.stringify(structured),
      ...links.map((link: object) => JSON.stringify(link)),
    );
    expect({ name, args, isWithin: tokens <= maxTokens, tokens }).toMatchObject({ isWithin: true });
    if (structured !== null) {
      const validate = validators.get(name)!;
      validate(structured);
      expect({ name, args, errors: validate.errors }).toMatchObject({ errors: null });
      expect(Object.keys(structured).indexOf('left')).toBe(
        structured.left === undefined ? -1 : Object.keys(structured).length - 1,
      );
    }
    return {
      isError: result.isError ?? false,
      text,
      structured,
      tokens,
      links: links.map(({ uri }: { uri: string }) => uri),
    };
  }

  async function readAll(uri: string): Promise<string> {
    let text = '';
    for (let next: string | undefined = uri; next !== undefined; ) {
      const { result, error } = await send('resources/read', { uri: next });
      if (error) throw new Error(error.message);
      const [piece, after] = result.contents;
      expect(tokensOf(JSON.stringify(result.contents.map(({ text }: { text: string }) => text)))).toBeLessThan(
        maxTokens * 1.2,
      );
      expect(piece.uri).toBe(next);
      text += piece.text;
      next = piece._meta?.nextUri;
      expect(after?.uri).toBe(next);
    }
    return text;
  }
}

/** Returns the schema with objects that may not have properties other than those it describes. */
export function closed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const members = Object.fromEntries(Object.entries(schema).map(([key, member]) => [key, closed(member)]));
  const isOpen = !('properties' in schema) || 'message' in (schema.properties as object);
  return isOpen ? members : { ...members, additionalProperties: false };
}
