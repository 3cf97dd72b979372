import { type JuteReader, type JuteWriter, MalformedFrame } from './jute.js';
import { Code, Op, readAcls, ZookeeperError } from './protocol.js';
import type { Answer, Apply, Caller, Write } from './request.js';
import type { ZookeeperService } from './service.js';

const MULTI_PARTS: readonly number[] = [Op.create, Op.create2, Op.delete, Op.setData, Op.check];

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
  for (;;) {
    const op = reader.int();
    const done = reader.bool();
    reader.int();
    if (done) break;
    const write = writers[op];
    if (write === undefined || !MULTI_PARTS.includes(op)) throw new MalformedFrame(`a multi with a part of type ${op}`);
    // A refusal may leave its part half read, so each part is read from a reader of its own.
    const part = reader.fork();
    skipPart(reader, op);
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
      writer.int(op).bool(false).int(0);
      write(writer);
    }
    writer.int(-1).bool(true).int(-1);
  };
}

function skipPart(reader: JuteReader, op: number): void {
  reader.string();
  if (op === Op.create || op === Op.create2) {
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
      writer.int(-1).bool(false).int(code).int(code);
    }
    writer.int(-1).bool(true).int(-1);
  }
}
