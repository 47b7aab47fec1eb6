import { createTextWriter } from '../../../src/export/create-run-writer.js';
import { exportGroups } from '../../../src/export/export-columns.js';
import { RawJson } from '../../../src/json/raw-json.js';
import { file, neverUnreadable, pageOf, runWith } from './exported-runs.js';

const { header, write } = createTextWriter('csv', exportGroups, neverUnreadable);
const cellOfReference = (reference: string) => {
  const { write } = createTextWriter('csv', ['core'], neverUnreadable);
  return /,,,,,([\s\S]*),\r\n$/.exec(write(pageOf([runWith({ reference })])))![1];
};

describe('A line of CSV', () => {
  it('comes after a header, ends in CRLF, and has an empty cell for null and JSON as its text', () => {
    expect(header).toBe(
      'id,task_id,task_revision_id,created,is_error,llm_retries,used_fallback_model,primary_failure_reason,fallback_llm_model_id,user_id,reporting_group_id,reference,context_id,input_tokens,output_tokens,total_tokens,charged_credits,input_processor_timing,llm_call_timing,response,run_data,files\r\n',
    );
    expect(write(pageOf([runWith()]))).toBe(
      '0190a234-8dc6-6d08-aea9-928fcecad8f1,0195d1ff-1f05-437a-95ac-6de8969cb47b,0195d1ff-1f42-f14e-8b65-641baf9dc32e,2024-01-16T13:33:25.247662Z,false,0,true,,,,,,,1234,567,1801,1.00,0.00015282,,"{""a"": 12345678901234567890.10, ""b"": ""x\\ny""}","{""submitted"": ""ü""}",[]\r\n',
    );
    expect(write(pageOf([runWith()], [file]))).toMatch(
      /,"\[\{""name"":""a \\""quoted\\"", name.txt"",[\s\S]*\}\]"\r\n$/,
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+cmd', "'+cmd"],
    ['-x', "'-x"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', `"'\rx"`],
    ['\n=x', `"'\n=x"`],
    ['＝1+1', "'＝1+1"],
    ['＋cmd', "'＋cmd"],
    ['－x', "'－x"],
    ['＠SUM(A1)', "'＠SUM(A1)"],
    ['－1', "'－1"],
    ["'=1+1", "''=1+1"],
    ["''=1+1", "'''=1+1"],
    ["'-1", "''-1"],
    ["'＝x", "''＝x"],
    ["'\nx", `"''\nx"`],
    ["'quoted'", "'quoted'"],
    ["it's", "it's"],
    ['-1,5', `"'-1,5"`],
    ['--1', "'--1"],
    ['-1', '-1'],
    ['+1.5e3', '+1.5e3'],
    ['-.5', '-.5'],
    ['a=1', 'a=1'],
    ['', '""'],
    ['a\nb', '"a\nb"'],
  ])('writes %j as %j, so that no cell is a formula', (reference, cell) => {
    expect(cellOfReference(reference)).toBe(cell);
  });

  it('leaves negative numbers unchanged', () => {
    const { write } = createTextWriter('csv', ['usage', 'io'], neverUnreadable);
    const run = runWith({ inputTokens: -1, chargedCredits: '-1.50', response: new RawJson('-7') });
    expect(write(pageOf([run]))).toBe('-1,567,1801,-1.50,-7,"{""submitted"": ""ü""}"\r\n');
  });
});
