import { useCallback } from 'react';
import { errorOfResponse } from '../../shared/api/error-sentence.js';
import { fetchWithToken } from '../../shared/api/graphql-client.js';
import { useRequest } from '../../shared/api/use-request.js';
import type { RunFile } from '../operations.js';
import type { RunPath } from '../run-url.js';

/**
 * The form in which a file can be shown. A document with markup is shown as text, and the markup is not interpreted.
 */
export type FileForm = 'picture' | 'audio' | 'video' | 'pdf' | 'json' | 'text' | 'none';

const pictures = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/svg+xml'];

export function formOf(contentType: string): FileForm {
  const type = mediaType(contentType);
  if (pictures.includes(type)) return 'picture';
  if (type.startsWith('audio/')) return 'audio';
  if (type.startsWith('video/')) return 'video';
  if (type === 'application/pdf') return 'pdf';
  if (/^application\/(.+\+)?json$/.test(type)) return 'json';
  return /^text\/|^application\/(.+\+)?(xml|yaml|x-ndjson)$/.test(type) ? 'text' : 'none';
}

function mediaType(contentType: string): string {
  return contentType.split(';')[0]!.trim().toLowerCase();
}

interface FileData {
  /** The content, if it is text. */
  readonly text?: string;
  /** The content, if it is not text. */
  readonly bytes?: Blob;
}

export interface FileContent extends FileData {
  readonly error: unknown;
  /** Reads the file again. */
  reload(): void;
}

const textBytes = 200_000;

/**
 * Reads the bytes through the gateway itself, regardless of where they are stored. Of a long text, reads only the
 * beginning unless all of it is requested. An expired token is an error, and the file is not read again when the token
 * is renewed.
 */
export function useFileContent(path: RunPath, file: RunFile, isRequested: boolean, isWhole: boolean): FileContent {
  const { orgId, projectId, taskId, id } = path;
  const { name, contentType, sizeBytes } = file;
  const route = `api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/${id}/file/${encodeURIComponent(name)}`;
  const { data, error, reload } = useRequest<FileData>(
    isRequested ? JSON.stringify([route, contentType, sizeBytes, isWhole]) : undefined,
    async (signal) => {
      const form = formOf(contentType);
      const isText = form === 'text' || form === 'json';
      const headers: HeadersInit =
        isText && !isWhole && sizeBytes > textBytes ? { range: `bytes=0-${textBytes - 1}` } : {};
      const response = await fetchWithToken(`${route}?delivery=stream`, { headers, signal });
      if (!response.ok) throw await errorOfResponse(response);
      if (isText) return { data: { text: await response.text() } };
      // The type comes from our own list, not from the response.
      return { data: { bytes: new Blob([await response.arrayBuffer()], { type: mediaType(contentType) }) } };
    },
  );
  return { ...data, error, reload };
}

/**
 * Returns a `ref` for the element that shows these bytes. The element drops its URL before the URL is revoked, because
 * loading a revoked URL causes an error in the console.
 */
export function useSource(bytes: Blob) {
  return useCallback(
    (element: HTMLImageElement | HTMLMediaElement | HTMLIFrameElement | null) => {
      if (element === null) return;
      const url = URL.createObjectURL(bytes);
      element.src = url;
      return () => {
        element.removeAttribute('src');
        if (element instanceof HTMLMediaElement) element.load();
        URL.revokeObjectURL(url);
      };
    },
    [bytes],
  );
}
