import { type HttpAnswer, json, text } from '../http.js';
import { type JsonObject, numberField, objectField, stringField } from '../json.js';
import { missing, notConverted } from './calls.js';
import type { Files } from './files.js';

/** LIST_FILES of the v1 API, on master and agent. */
export function listFiles(files: Files, kind: 'master' | 'agent', body: JsonObject): HttpAnswer {
  const asked = objectField(body, 'list_files');
  if (asked === undefined) return missing(kind, 'list_files');
  const path = stringField(asked, 'path');
  if (path === undefined) return notConverted('Missing required fields: list_files.path');
  const entries = files.list(path);
  if (!Array.isArray(entries)) return text(entries.status, entries.reason);
  const file_infos = entries.map(({ mtime, ...entry }) => ({ ...entry, mtime: { nanoseconds: mtime * 1e9 } }));
  return json({ type: 'LIST_FILES', list_files: file_infos.length === 0 ? {} : { file_infos } });
}

/** READ_FILE of the v1 API, on master and agent. */
export function readFile(files: Files, kind: 'master' | 'agent', body: JsonObject): HttpAnswer {
  const asked = objectField(body, 'read_file');
  if (asked === undefined) return missing(kind, 'read_file');
  const path = stringField(asked, 'path');
  const offset = numberField(asked, 'offset');
  if (path === undefined) return notConverted('Missing required fields: read_file.path');
  if (offset === undefined) return notConverted('Missing required fields: read_file.offset');
  const part = files.read(path, offset, numberField(asked, 'length'));
  if ('status' in part) return text(part.status, part.reason);
  return json({ type: 'READ_FILE', read_file: { size: part.size, data: part.data.toString('base64') } });
}
