import { GatewayError } from '../../../src/errors/gateway-error.js';
import { createTextWriter } from '../../../src/export/create-run-writer.js';
import { exportGroups } from '../../../src/export/export-columns.js';
import { file, neverUnreadable, pageOf, runWith } from './exported-runs.js';

describe('A line of JSON', () => {
  it('writes every column in order, stored JSON as its own text, and files by their storage key', () => {
    const { header, write } = createTextWriter('jsonl', exportGroups, neverUnreadable);
    expect(header).toBe('');
    expect(write(pageOf([runWith({ reference: 'a\n"b"' }), runWith({ response: null })], [file]))).toBe(
      [
        '{"id":"0190a234-8dc6-6d08-aea9-928fcecad8f1","task_id":"0195d1ff-1f05-437a-95ac-6de8969cb47b","task_revision_id":"0195d1ff-1f42-f14e-8b65-641baf9dc32e","created":"2024-01-16T13:33:25.247662Z","is_error":false,"llm_retries":0,"used_fallback_model":true,"primary_failure_reason":null,"fallback_llm_model_id":null,"user_id":null,"reporting_group_id":null,"reference":"a\\n\\"b\\"","context_id":null,"input_tokens":1234,"output_tokens":567,"total_tokens":1801,"charged_credits":"1.00","input_processor_timing":0.00015282,"llm_call_timing":null,"response":{"a": 12345678901234567890.10, "b": "x\\ny"},"run_data":{"submitted": "ü"},"files":[{"name":"a \\"quoted\\", name.txt","content_type":"text/plain","size_bytes":3,"direction":"INPUT","created":"2024-01-16T13:33:25.000001Z","storage_key":"folder/a.txt"}]}',
        '{"id":"0190a234-8dc6-6d08-aea9-928fcecad8f1","task_id":"0195d1ff-1f05-437a-95ac-6de8969cb47b","task_revision_id":"0195d1ff-1f42-f14e-8b65-641baf9dc32e","created":"2024-01-16T13:33:25.247662Z","is_error":false,"llm_retries":0,"used_fallback_model":true,"primary_failure_reason":null,"fallback_llm_model_id":null,"user_id":null,"reporting_group_id":null,"reference":null,"context_id":null,"input_tokens":1234,"output_tokens":567,"total_tokens":1801,"charged_credits":"1.00","input_processor_timing":0.00015282,"llm_call_timing":null,"response":null,"run_data":{"submitted": "ü"},"files":[{"name":"a \\"quoted\\", name.txt","content_type":"text/plain","size_bytes":3,"direction":"INPUT","created":"2024-01-16T13:33:25.000001Z","storage_key":"folder/a.txt"}]}',
        '',
      ].join('\n'),
    );
  });

  it('writes null for JSON that is too large, and reports each text', () => {
    const met: string[] = [];
    const { write } = createTextWriter('jsonl', exportGroups, (...value) => met.push(value.join(' ')));
    const tooLarge = () => {
      throw new GatewayError('RESPONSE_TOO_LARGE', { bytes: 2, maxBytes: 1 });
    };
    const run = Object.defineProperties(runWith(), { response: { get: tooLarge }, runData: { get: tooLarge } });
    const line = JSON.parse(write(pageOf([run], [file])));
    expect(line).toMatchObject({ response: null, run_data: null, input_tokens: 1234, files: [{ size_bytes: 3 }] });
    expect(met).toEqual([`response ${run.id}`, `run_data ${run.id}`]);
  });

  it('fails with any other error of a value', () => {
    const { write } = createTextWriter('jsonl', ['io'], neverUnreadable);
    const run = Object.defineProperty(runWith(), 'response', {
      get() {
        throw new Error('a defect');
      },
    });
    expect(() => write(pageOf([run]))).toThrow('a defect');
  });
});
