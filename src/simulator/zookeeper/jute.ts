/** A frame that does not hold what its type says; costs its sender the connection and nobody else anything. */
export class MalformedFrame extends Error {}

/** Reads jute, ZooKeeper's wire encoding: big-endian, strings and buffers with a length before them, -1 for null. */
export class JuteReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Another reader that goes on from here by itself. */
  fork(): JuteReader {
    return new JuteReader(this.#bytes.subarray(this.#offset));
  }

  #take(length: number): number {
    if (length < 0 || length > this.remaining)
      throw new MalformedFrame(`${length} bytes wanted, ${this.remaining} left`);
    const at = this.#offset;
    this.#offset += length;
    return at;
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  long(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8));
  }

  bool(): boolean {
    return this.#bytes.readUInt8(this.#take(1)) !== 0;
  }

  buffer(): Buffer | null {
    const length = this.int();
    if (length === -1) return null;
    const at = this.#take(length);
    // A copy: what a znode keeps must not hold on to the whole chunk that came from the socket.
    return Buffer.from(this.#bytes.subarray(at, at + length));
  }

  string(): string {
    const length = this.int();
    if (length === -1) return '';
    const at = this.#take(length);
    return this.#bytes.toString('utf8', at, at + length);
  }

  vector<T>(item: (reader: this) => T): T[] {
    const count = this.int();
    if (count === -1) return [];
    // Every item takes at least a byte, so that a made-up count cannot allocate.
    if (count < 0 || count > this.remaining) throw new MalformedFrame(`a vector of ${count}`);
    return Array.from({ length: count }, () => item(this));
  }
}

/** Writes jute; `frame()` gives the bytes with their length in front. */
export class JuteWriter {
  #bytes = Buffer.allocUnsafe(256);
  #length = 4;

  #room(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }

  int(value: number): this {
    const at = this.#room(4);
    this.#bytes.writeInt32BE(value, at);
    return this;
  }

  long(value: bigint | number): this {
    const at = this.#room(8);
    this.#bytes.writeBigInt64BE(BigInt(value), at);
    return this;
  }

  bool(value: boolean): this {
    const at = this.#room(1);
    this.#bytes.writeUInt8(value ? 1 : 0, at);
    return this;
  }

  buffer(value: Buffer | null): this {
    if (value === null) return this.int(-1);
    this.int(value.length);
    const at = this.#room(value.length);
    value.copy(this.#bytes, at);
    return this;
  }

  string(value: string): this {
    return this.buffer(Buffer.from(value, 'utf8'));
  }

  vector<T>(items: readonly T[], write: (writer: this, item: T) => void): this {
    this.int(items.length);
    for (const item of items) write(this, item);
    return this;
  }

  frame(): Buffer {
    this.#bytes.writeInt32BE(this.#length - 4, 0);
    return this.#bytes.subarray(0, this.#length);
  }
}

/** ZooKeeper's jute.maxbuffer: a longer frame is an error, of the sender's. */
export const MAX_FRAME = 0xfffff;

/** Cuts a byte stream into frames; throws MalformedFrame for a length that no frame may have. */
export class FrameSplitter {
  #chunks: Buffer[] = [];
  #length = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The first bytes that came and are not consumed yet; fewer where fewer are there. */
  peek(length: number): Buffer {
    return this.#joined().subarray(0, length);
  }

  next(): Buffer | null {
    if (this.#length < 4) return null;
    const bytes = this.#joined();
    const length = bytes.readInt32BE(0);
    if (length < 0 || length > MAX_FRAME) throw new MalformedFrame(`Len error ${length}`);
    if (bytes.length < 4 + length) return null;
    const rest = bytes.subarray(4 + length);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return bytes.subarray(4, 4 + length);
  }

  #joined(): Buffer {
    const [first, ...others] = this.#chunks;
    if (first === undefined) return Buffer.alloc(0);
    if (others.length === 0) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
