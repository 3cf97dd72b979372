import { type JuteReader, JuteWriter } from './jute.js';
import { multiRead } from './multi.js';
import { Code, Op, ZookeeperError } from './protocol.js';
import { reads } from './reads.js';
import type { Answer, Caller } from './request.js';
import type { ZookeeperService } from './service.js';
import { writes } from './writes.js';

/** Answers one request; throws ZookeeperError for a refusal and MalformedFrame for a request that is none. */
export function answer(service: ZookeeperService, caller: Caller, op: number, reader: JuteReader): Answer {
  const write = writes[op];
  if (write !== undefined) return service.commitTogether((apply, zxid) => write(service, caller, reader, apply, zxid));
  if (op === Op.multiRead) return multiRead(reads, service, caller, reader);
  const read = reads[op];
  if (read === undefined) throw new ZookeeperError(Code.unimplemented);
  return read(service, caller, reader);
}

/** Whether there is a request of this number. */
export function isKnown(op: number): boolean {
  return op === Op.multiRead || writes[op] !== undefined || reads[op] !== undefined;
}

/** The header of an answer: the request's xid, the last zxid, the code. */
export function replyHeader(xid: number, zxid: number, code: number): JuteWriter {
  return new JuteWriter().int(xid).long(zxid).int(code);
}
