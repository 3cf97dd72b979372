import { type JuteReader, type JuteWriter, MalformedFrame } from './jute.js';
import { Code, Op, readAcls, ZookeeperError } from './protocol.js';
import type { Answer, Apply, Caller, Read, Write } from './request.js';
import type { ZookeeperService } from './service.js';

const CREATES: readonly number[] = [Op.create, Op.create2, Op.createContainer];
const WRITE_PARTS: readonly number[] = [...CREATES, Op.delete, Op.setData, Op.check];
const READ_PARTS: readonly number[] = [Op.getData, Op.getChildren];

/** All or nothing. A refused part answers with its code, those before it with 0, those after it with RuntimeInconsistency. */
export function multi(
  writers: { readonly [op: number]: Write },
  service: ZookeeperService,
  caller: Caller,
  reader: JuteReader,
  apply: Apply,
  zxid: number,
): Answer {
  const answers: { op: number; answer: Answer }[] = [];
  let refused: { code: number; part: number } | null = null;
  let count = 0;
  for (const op of partsOf(reader, WRITE_PARTS)) {
    const write = writers[op] as Write;
    // A refusal may leave its part half read, so each part is read from a reader of its own.
    const part = reader.fork();
    skipWrite(reader, op);
    try {
      if (refused === null) answers.push({ op, answer: write(service, caller, part, apply, zxid) });
    } catch (error) {
      if (!(error instanceof ZookeeperError)) throw error;
      refused = { code: error.code, part: count };
    }
    count += 1;
  }
  if (refused !== null) throw new MultiRefusal(refused.code, refused.part, count);
  return (writer) => {
    for (const { op, answer: write } of answers) {
      // A container is answered as create2 is.
      writer
        .int(op === Op.createContainer ? Op.create2 : op)
        .bool(false)
        .int(0);
      write(writer);
    }
    end(writer);
  };
}

/** Several looks at once; each is answered or refused for itself. */
export function multiRead(
  readers: { readonly [op: number]: Read },
  service: ZookeeperService,
  caller: Caller,
  reader: JuteReader,
): Answer {
  const answers: Answer[] = [];
  for (const op of partsOf(reader, READ_PARTS)) {
    const read = readers[op] as Read;
    const part = reader.fork();
    reader.string();
    reader.bool();
    try {
      const write = read(service, caller, part);
      answers.push((writer) => write(writer.int(op).bool(false).int(0)));
    } catch (error) {
      if (!(error instanceof ZookeeperError)) throw error;
      answers.push((writer) => refusal(writer, error.code));
    }
  }
  return (writer) => {
    for (const write of answers) write(writer);
    end(writer);
  };
}

/** The types of the parts as they come; whoever takes one has read its part before it takes the next. */
function* partsOf(reader: JuteReader, allowed: readonly number[]): Iterable<number> {
  for (;;) {
    const op = reader.int();
    const done = reader.bool();
    reader.int();
    if (done) return;
    if (!allowed.includes(op)) throw new MalformedFrame(`a multi with a part of type ${op}`);
    yield op;
  }
}

function refusal(writer: JuteWriter, code: number): void {
  writer.int(-1).bool(false).int(code).int(code);
}

function end(writer: JuteWriter): void {
  writer.int(-1).bool(true).int(-1);
}

function skipWrite(reader: JuteReader, op: number): void {
  reader.string();
  if (CREATES.includes(op)) {
    reader.buffer();
    readAcls(reader);
  } else if (op === Op.setData) reader.buffer();
  reader.int();
}

/** A multi of which one part was refused; it has a body although it failed. */
export class MultiRefusal extends ZookeeperError {
  readonly #failed: number;
  readonly #count: number;

  constructor(code: number, failed: number, count: number) {
    super(code);
    this.#failed = failed;
    this.#count = count;
  }

  write(writer: JuteWriter): void {
    for (let part = 0; part < this.#count; part += 1) {
      const after = part > this.#failed ? Code.runtimeInconsistency : Code.ok;
      const code = part === this.#failed ? this.code : after;
      refusal(writer, code);
    }
    end(writer);
  }
}
