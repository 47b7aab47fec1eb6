import { useState } from 'react';
import { sentenceOf } from '../../shared/api/error-sentence.js';
import { requestGraphql } from '../../shared/api/graphql-client.js';
import { setFilter } from '../filters/filter-fields.js';
import { navigate, urlOf } from '../navigation.js';
import { findRunQuery } from '../operations.js';

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** Opens a run by its id, wherever it is; what is no id is the beginning of references. */
export function FindField() {
  const [text, setText] = useState('');
  const [failure, setFailure] = useState<string>();
  const find = async () => {
    const input = text.trim();
    if (!isId(input)) return setFilter('reference', input);
    try {
      const { data, errors } = await requestGraphql(findRunQuery, { id: input });
      const run = data?.node;
      if (!run?.id) return setFailure(errors[0] ? sentenceOf(errors[0]) : 'There is no such run.');
      navigate(urlOf(`runs/${run.orgId}/${run.projectId}/${run.taskId}/${run.id}`));
    } catch (error) {
      setFailure(sentenceOf(error));
    }
  };
  return (
    <form
      className="find-field"
      onSubmit={(event) => {
        event.preventDefault();
        setFailure(undefined);
        void find();
      }}
    >
      <label>
        <span className="field-name">Find</span>
        <input
          id="find"
          type="search"
          placeholder="run id, or how a reference begins"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <output className="find-failure">{failure}</output>
    </form>
  );
}
