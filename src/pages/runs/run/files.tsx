import './files.css';
import { useState } from 'react';
import { sentenceOf } from '../../shared/api/error-sentence.js';
import { requestGraphql } from '../../shared/api/graphql-client.js';
import { formatBytes } from '../../shared/format/format-quantity.js';
import { JsonView, LongText } from '../../shared/json/json-view.js';
import { ErrorNotice } from '../../shared/notice/error-notice.js';
import { Notice } from '../../shared/notice/notice.js';
import { downloadUrlsQuery, type RunFile } from '../operations.js';
import type { RunPath } from '../run-url.js';
import { type FileContent, formOf, useFileContent, useSource } from './file-content.js';

/** Larger files are read on request. */
const maxEagerBytes = 2_000_000;

interface FilesProps {
  readonly path: RunPath;
  readonly files: readonly RunFile[] | null;
}

export function Files({ path, files }: FilesProps) {
  if (files === null) return <Notice isProblem>The files of this run could not be read.</Notice>;
  if (files.length === 0) return null;
  return (
    <section aria-label="Files">
      <h2>Files</h2>
      <ul className="files bare-list">
        {files.map((file) => (
          <li key={file.name}>
            <File path={path} file={file} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface FileProps {
  readonly path: RunPath;
  readonly file: RunFile;
}

function File({ path, file }: FileProps) {
  const { name, contentType, sizeBytes, direction } = file;
  const form = formOf(contentType);
  const [isRequested, setRequested] = useState(form !== 'none' && sizeBytes <= maxEagerBytes);
  const [isWhole, setWhole] = useState(false);
  const content = useFileContent(path, file, isRequested, isWhole);
  const isPart = content.text !== undefined && content.text.length < sizeBytes / 4;
  return (
    <figure className={`file panel ${form}`}>
      <div className="file-body">
        {isRequested ? (
          <Content file={file} content={content} />
        ) : form === 'none' ? (
          <p className="faint">Files of this type cannot be shown.</p>
        ) : (
          <button type="button" onClick={() => setRequested(true)}>
            Show {formatBytes(sizeBytes)}
          </button>
        )}
        {isPart && !isWhole && (
          <button type="button" className="link" onClick={() => setWhole(true)}>
            Read all {formatBytes(sizeBytes)}
          </button>
        )}
      </div>
      <figcaption>
        <b>{name}</b>
        <span className="faint">
          {direction === 'INPUT' ? 'submitted' : 'produced'}, {contentType}, {formatBytes(sizeBytes)}
        </span>
        <DownloadButton path={path} name={name} />
      </figcaption>
    </figure>
  );
}

function Content({ file, content }: { readonly file: RunFile; readonly content: FileContent }) {
  const { name, contentType } = file;
  const { bytes, text, error, reload } = content;
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />;
  if (text !== undefined) {
    return formOf(contentType) === 'json' ? (
      <JsonView text={text} label={name} />
    ) : (
      <pre className="raw">
        <LongText text={text} />
      </pre>
    );
  }
  if (bytes === undefined) return <p className="faint">Loading …</p>;
  return <Media file={file} bytes={bytes} />;
}

function Media({ file, bytes }: { readonly file: RunFile; readonly bytes: Blob }) {
  const { name, contentType } = file;
  const source = useSource(bytes);
  switch (formOf(contentType)) {
    case 'picture':
      return <img ref={source} alt={name} />;
    case 'audio':
      // biome-ignore lint/a11y/useMediaCaption: submitted media have no captions.
      return <audio ref={source} controls aria-label={name} />;
    case 'video':
      // biome-ignore lint/a11y/useMediaCaption: submitted media have no captions.
      return <video ref={source} controls aria-label={name} />;
    default:
      return <iframe ref={source} title={name} />;
  }
}

/** Requests the link only when it is used, because links expire. */
function DownloadButton({ path, name }: { readonly path: RunPath; readonly name: string }) {
  const [failure, setFailure] = useState<string>();
  const download = async () => {
    try {
      const { data, errors } = await requestGraphql(downloadUrlsQuery, path);
      const link = data?.taskRun?.files?.find((file) => file.name === name)?.downloadUrl;
      if (link === undefined) setFailure(sentenceOf(errors[0] ?? {}));
      else location.assign(link);
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
