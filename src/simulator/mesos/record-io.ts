/** RecordIO: each record's length in bytes as decimal text, a line feed, the record. Where chunks begin and end means nothing. */

/** A record as it goes on the wire. */
export function encodeRecord(record: string | Buffer): Buffer {
  const content = typeof record === 'string' ? Buffer.from(record) : record;
  return Buffer.concat([Buffer.from(`${content.length}\n`), content]);
}

/** JSON of nothing but ASCII: one known client counts characters where the length counts bytes. */
export function asciiJson(value: object): string {
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const MAX_LENGTH_DIGITS = 20;

/** Cuts a stream into records; throws where it is none, after which the stream is worth nothing. */
export class RecordSplitter {
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes of the record that has begun; null before its length is known. */
  #wanted: number | null = null;

  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const records: Buffer[] = [];
    for (;;) {
      if (this.#wanted === null && !this.#readLength()) return records;
      if (this.#wanted === null || this.#size < this.#wanted) return records;
      records.push(this.#take(this.#wanted));
      this.#wanted = null;
    }
  }

  #readLength(): boolean {
    const whole = this.#join();
    const end = whole.indexOf(0x0a);
    if (end === -1 && whole.length <= MAX_LENGTH_DIGITS) return false;
    const digits = whole.subarray(0, Math.max(0, end)).toString('latin1');
    if (!/^\d{1,20}$/.test(digits)) throw new Error(`Failed to decode length '${digits}'`);
    this.#take(end + 1);
    this.#wanted = Number(digits);
    return true;
  }

  #join(): Buffer {
    const whole = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  #take(length: number): Buffer {
    const whole = this.#join();
    this.#chunks = [whole.subarray(length)];
    this.#size = whole.length - length;
    return whole.subarray(0, length);
  }
}
