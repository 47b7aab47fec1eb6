import '../runs/run/files.css';
import { useState } from 'react';
import { sentenceOf } from '../shared/api/error-sentence.js';
import { formatBytes } from '../shared/format/format-quantity.js';
import { fetchSharedRun } from './fetch-shared-run.js';
import type { SharedFile } from './shared-run.js';

interface SharedFilesProps {
  readonly files: readonly SharedFile[];
  readonly token: string;
}

export function SharedFiles({ files, token }: SharedFilesProps) {
  if (files.length === 0) return null;
  return (
    <section aria-label="Files">
      <h2>Files</h2>
      <ul className="files bare-list">
        {files.map(({ name, contentType, sizeBytes, direction }) => (
          <li key={name}>
            <figure className="file panel none">
              <figcaption>
                <b>{name}</b>
                <span className="faint">
                  {direction === 'INPUT' ? 'submitted' : 'produced'}, {contentType}, {formatBytes(sizeBytes)}
                </span>
                <DownloadButton name={name} token={token} />
              </figcaption>
            </figure>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Requests the address only when it is used, because it expires sooner than the link. */
function DownloadButton({ name, token }: { readonly name: string; readonly token: string }) {
  const [failure, setFailure] = useState<string>();
  const download = async () => {
    try {
      const { files } = await fetchSharedRun(token);
      const file = files.find((other) => other.name === name);
      if (file === undefined) setFailure('The link no longer shows this file.');
      else location.assign(file.downloadUrl);
    } catch (error) {
      setFailure(sentenceOf(error));
    }
  };
  return (
    <>
      <button type="button" aria-label={`Download ${name}`} onClick={download}>
        Download
      </button>
      {failure !== undefined && <output className="problem">{failure}</output>}
    </>
  );
}
