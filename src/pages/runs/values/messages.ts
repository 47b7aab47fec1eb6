// Chat messages in the formats of OpenAI (Chat Completions and Responses) and Anthropic, as one list of blocks. Each
// tool call has its results next to it, regardless of their position in the payload.

import { type JsonMember, type JsonTree, memberOf, plainText } from '../../shared/json/json-tree.js';

export interface Message {
  readonly role: string;
  readonly name: string | undefined;
  readonly parts: readonly Part[];
  /** Members that are not shown elsewhere in the message. */
  readonly others: readonly JsonMember[];
}

export type Part =
  | { readonly kind: 'text' | 'thinking'; readonly text: string }
  | ToolCall
  | ToolResult
  | { readonly kind: 'value'; readonly tree: JsonTree };

export interface ToolCall {
  readonly kind: 'call';
  readonly id: string;
  readonly name: string;
  readonly input: JsonTree | undefined;
  readonly results: readonly ToolResult[];
}

export interface ToolResult {
  readonly kind: 'result';
  /** The id of the call. */
  readonly id: string;
  readonly content: JsonTree | undefined;
  readonly isError: boolean;
}

const roles = ['system', 'developer', 'user', 'human', 'assistant', 'ai', 'model', 'tool', 'function'];
/** Items of OpenAI's Responses that have no role. */
const itemTypes = ['function_call', 'function_call_output', 'reasoning'];
const ownMembers = ['role', 'name', 'type', 'content', 'tool_calls', 'tool_call_id', 'function_call', 'refusal'];

/** Returns `undefined` if the value is neither a message nor a list of messages. */
export function messagesIn(tree: JsonTree): readonly Message[] | undefined {
  if (tree.kind === 'object') return isMessage(tree) ? withResults([toMessage(tree)]) : undefined;
  if (tree.kind !== 'array' || tree.members.length === 0) return undefined;
  const items = tree.members.map(({ value }) => value);
  const isConversation = items.every((item) => isMessage(item) || isItem(item)) && items.some(isMessage);
  return isConversation ? withResults(items.map(toMessage)) : undefined;
}

function isMessage(tree: JsonTree): boolean {
  const hasContent = ['content', 'tool_calls', 'function_call'].some((name) => memberOf(tree, name) !== undefined);
  return hasContent && roles.includes(textOf(tree, 'role') ?? '');
}

function isItem(tree: JsonTree): boolean {
  return itemTypes.includes(textOf(tree, 'type') ?? '');
}

function textOf(tree: JsonTree | undefined, name: string): string | undefined {
  const member = memberOf(tree, name);
  return member?.kind === 'string' ? plainText(member) : undefined;
}

function toMessage(tree: JsonTree): Message {
  const role = textOf(tree, 'role') ?? '';
  if (role === '') return { role: 'assistant', name: undefined, parts: [itemPart(tree)], others: [] };
  const content = memberOf(tree, 'content');
  const functionCall = memberOf(tree, 'function_call');
  const declined = textOf(tree, 'refusal');
  const parts: Part[] =
    role === 'tool' || role === 'function'
      ? [resultOf(textOf(tree, 'tool_call_id') ?? textOf(tree, 'name'), content)]
      : partsOf(content);
  if (declined !== undefined) parts.push({ kind: 'text', text: declined });
  for (const { value } of memberOf(tree, 'tool_calls')?.members ?? []) {
    const called = memberOf(value, 'function') ?? memberOf(value, 'custom');
    parts.push(callOf(textOf(value, 'id'), called, 'arguments'));
  }
  if (functionCall?.kind === 'object') {
    parts.push(callOf(textOf(functionCall, 'name'), functionCall, 'arguments'));
  }
  return {
    role,
    name: textOf(tree, 'name'),
    parts,
    others: tree.members.filter(({ name, value }) => !ownMembers.includes(name) && !isNothing(value)),
  };
}

function isNothing({ kind, members }: JsonTree): boolean {
  return kind === 'null' || ((kind === 'array' || kind === 'object') && members.length === 0);
}

function partsOf(content: JsonTree | undefined): Part[] {
  if (content === undefined || isNothing(content)) return [];
  if (content.kind === 'array') return content.members.map(({ value }) => partOf(value));
  return [partOf(content)];
}

function partOf(tree: JsonTree): Part {
  if (tree.kind === 'string') return { kind: 'text', text: plainText(tree) };
  const [text, thinking] = [textOf(tree, 'text'), textOf(tree, 'thinking')];
  switch (textOf(tree, 'type')) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return text === undefined ? { kind: 'value', tree } : { kind: 'text', text };
    case 'thinking':
      return thinking === undefined ? { kind: 'value', tree } : { kind: 'thinking', text: thinking };
    case 'tool_use':
    case 'server_tool_use':
      return callOf(textOf(tree, 'id'), tree, 'input');
    case 'tool_result':
      return resultOf(
        textOf(tree, 'tool_use_id'),
        memberOf(tree, 'content'),
        memberOf(tree, 'is_error')?.text === 'true',
      );
    default:
      return { kind: 'value', tree };
  }
}

function itemPart(tree: JsonTree): Part {
  const id = textOf(tree, 'call_id');
  switch (textOf(tree, 'type')) {
    case 'function_call':
      return callOf(id, tree, 'arguments');
    case 'function_call_output':
      return resultOf(id, memberOf(tree, 'output'));
    default:
      return { kind: 'value', tree };
  }
}

function callOf(id: string | undefined, tree: JsonTree | undefined, inputName: string): ToolCall {
  const name = textOf(tree, 'name') ?? 'unnamed';
  const input = memberOf(tree, inputName) ?? memberOf(tree, 'input');
  return { kind: 'call', id: id ?? name, name, input, results: [] };
}

function resultOf(id = '', content: JsonTree | undefined, isError = false): ToolResult {
  return { kind: 'result', id, content, isError };
}

/** Moves results to their calls. Removes messages that contained nothing else. */
function withResults(messages: readonly Message[]): readonly Message[] {
  const parts = messages.flatMap((message) => message.parts);
  const calls = new Set(parts.filter((part) => part.kind === 'call').map(({ id }) => id));
  const results = new Map<string, ToolResult[]>();
  for (const part of parts) {
    if (part.kind === 'result') results.set(part.id, [...(results.get(part.id) ?? []), part]);
  }
  const place = (part: Part): Part[] => {
    if (part.kind === 'result') return calls.has(part.id) ? [] : [part];
    if (part.kind !== 'call') return [part];
    const own = results.get(part.id) ?? [];
    // If an id is reused, as function names are, its next result belongs to its next call.
    const isLast = parts.findLast((candidate) => candidate.kind === 'call' && candidate.id === part.id) === part;
    return [{ ...part, results: own.splice(0, isLast ? own.length : 1) }];
  };
  return messages
    .map((message) => ({ ...message, parts: message.parts.flatMap(place) }))
    .filter(({ parts, others }, index) => parts.length + others.length > 0 || messages[index]!.parts.length === 0);
}
