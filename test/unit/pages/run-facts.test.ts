// The facts of a run as its page, the panel and the list of empty ones show them.

import type { Run } from '../../../src/pages/runs/operations.js';
import { type Facts, figuresOf, relationsOf } from '../../../src/pages/runs/run/run-facts.js';

const id = (end: string) => `01a18dd6-eb8a-ca7f-4b32-000000${end}`;
const bare: Run = {
  id: id('00000a'),
  created: '2026-10-30T09:41:12.5Z',
  isError: false,
  usedFallbackModel: false,
  primaryFailureReason: null,
  fallbackLlmModelId: null,
  llmRetries: 0,
  inputTokens: 1234,
  outputTokens: 567,
  totalTokens: 1801,
  inputProcessorTiming: null,
  llmCallTiming: null,
  chargedCredits: null,
  taskId: id('00000b'),
  taskRevisionId: id('00000c'),
  userId: null,
  reference: null,
  contextId: null,
  organization: { name: 'O' },
  project: { name: 'P' },
  task: { name: 'T' },
  taskRevision: { name: null },
  user: null,
  fallbackLlmModel: null,
  reportingGroup: null,
  responseBytes: null,
  responsePreview: null,
  failureMessage: null,
  failure: null,
  files: [],
};
const linesOf = ({ known }: Facts) =>
  known.map(({ name, text, detail }) => [name, text, detail].filter(Boolean).join(' | '));
const find = ({ known }: Facts, name: string) => known.find((fact) => fact.name === name);

describe('the figures of a run', () => {
  it('contain zeros, and name what is empty', () => {
    const figures = figuresOf(bare);
    expect(linesOf(figures)).toEqual(['Tokens | 1,801 | 1,234 in, 567 out', 'Retries | 0']);
    expect(figures.empty).toEqual(['LLM call', 'Credits', 'Input processors']);
  });

  it('are rounded, with all digits beside', () => {
    const figures = figuresOf({
      ...bare,
      llmCallTiming: 14.953600000000002,
      chargedCredits: '0.5',
      inputProcessorTiming: 0,
    });
    expect(find(figures, 'LLM call')).toMatchObject({ text: '15.0 s', exact: '14.9536 s' });
    expect(find(figures, 'Credits')!.text).toBe('0.50');
    expect(figures.empty).toEqual([]);
  });
});

describe('the relations of a run', () => {
  it('have short ids that can be copied, and name what is empty', () => {
    const relations = relationsOf(bare, undefined, Date.parse('2026-10-30T12:41:12Z'));
    expect(linesOf(relations).slice(1)).toEqual(['Task revision | …00000c', 'Run | …00000a']);
    expect(relations.known[0]).toMatchObject({ name: 'Created', detail: '2 hours ago' });
    expect(find(relations, 'Task revision')).toMatchObject({
      id: bare.taskRevisionId,
      filter: ['revision', bare.taskRevisionId],
    });
    expect(relations.empty).toEqual(['Fallback model', 'User', 'Reporting group', 'Reference', 'Context']);
  });

  it('link to the runs that share them', () => {
    const relations = relationsOf(
      {
        ...bare,
        userId: 'u',
        user: { name: 'Ben' },
        reportingGroup: { id: 'g', name: 'Pilot' },
        reference: 'order-1',
        contextId: id('00000d'),
        failure: 'A "timeout"',
        usedFallbackModel: true,
        fallbackLlmModelId: 'm',
      },
      'gpt-4o',
    );
    expect(relations.empty).toEqual([]);
    expect(relations.known.flatMap(({ name, filter }) => (filter ? [[name, ...filter]] : []))).toEqual([
      ['Model', 'model', 'gpt-4o'],
      ['Fallback model', 'is', 'fallbackModel="m"'],
      ['Task revision', 'revision', bare.taskRevisionId],
      ['Kind of failure', 'failure', 'A "timeout"'],
      ['User', 'user', 'u'],
      ['Reporting group', 'group', 'g'],
      ['Reference', 'reference', 'order-1'],
      ['Context', 'context', id('00000d')],
    ]);
    expect(find(relations, 'Context')!.text).toBe('…00000d');
  });

  it('name the model as empty only where runs have models', () => {
    expect(relationsOf(bare, null).empty).toContain('Model');
    expect(relationsOf(bare, undefined).empty).not.toContain('Model');
  });
});
