import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiJson, encodeRecord, RecordSplitter } from '../../../../src/simulator/mesos/record-io.js';

/** The bytes in pieces that end at these places. */
function cut(bytes: Buffer, places: number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((begin, at) => bytes.subarray(begin, ends[at] ?? bytes.length));
}

describe('RecordIO', () => {
  it('S39 is cut into the records that were written, wherever its chunks end', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.array(fc.nat()), (records, places) => {
        const wire = Buffer.concat(records.map(encodeRecord));
        const splitter = new RecordSplitter();
        const found = cut(wire, places).flatMap((chunk) => splitter.push(chunk));
        expect(found.map(String)).toEqual(records.map((record) => String(Buffer.from(record))));
      }),
    );
  });

  it.each(['x\n{}', '-1\n{}', '1.5\n{}', '\n{}', '123456789012345678901234567890'])(
    'S39 is given up where a length should be and %j is',
    (wire) => {
      expect(() => new RecordSplitter().push(Buffer.from(wire))).toThrow('Failed to decode length');
    },
  );

  it('S39 holds JSON of ASCII alone, so that characters and bytes are as many', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = asciiJson({ text });
        expect(Buffer.byteLength(json)).toBe(json.length);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});
