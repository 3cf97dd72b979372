/**
 * Syntax tree → plain data for the schema. What a block may hold is asked of the schema itself; a name that it does not
 * know, or knows as something else, is reported here and left out of the data.
 */

import type * as z from 'zod/mini';
import type { Diagnostic } from '../spec.js';
import { placesInLiteral } from './literal.js';
import { formOf, ownersIn, type Shape } from './shape.js';
import type { Block, Place, Property } from './tree.js';
import { anyOf, didYouMean, plain, shown } from './wording.js';

type Data = Record<string, unknown>;

/** Into the data: names of properties and blocks, and the position of a block among its kind. */
type Path = readonly PropertyKey[];

/** A block on its way into data; without a shape, its names are free. */
interface Frame {
  path: Path;
  shape: Shape | undefined;
  data: Data;
}

export class Reader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #shape: Shape;
  readonly #owners: Map<string, string[]>;
  readonly #places = new Map<string, Place>();
  readonly #literals = new Map<string, string>();
  /** Of the literals that somebody asked about. */
  readonly #placesWithin = new Map<string, (offset: number) => Place>();
  readonly #incomplete = new Set<string>();

  /** `schema` is that of a whole file. */
  constructor(schema: z.core.$ZodObject) {
    this.#shape = schema._zod.def.shape;
    this.#owners = ownersIn(this.#shape, 'the top of the file');
  }

  /** The data of a whole file. */
  read(file: Block): Data {
    return this.#data(file, this.#shape, []);
  }

  /** Of the value or block that was read; of the innermost block around it where there is none. */
  placeOf(path: Path): Place {
    return this.#places.get(path.join('.')) ?? this.placeOf(path.slice(0, -1));
  }

  /** Of a character of a text that was read. */
  placeWithin(path: Path, offset: number): Place {
    const key = path.join('.');
    const places = this.#placesWithin.get(key) ?? placesInLiteral(this.#literals.get(key) ?? '', this.placeOf(path));
    this.#placesWithin.set(key, places);
    return places(offset);
  }

  has(path: Path): boolean {
    return this.#places.has(path.join('.'));
  }

  /** Whether the block may have more members than could be read, so that nothing is known to be missing. */
  isIncomplete(path: Path): boolean {
    return this.#incomplete.has(path.join('.'));
  }

  #data(block: Block, shape: Shape | undefined, path: Path): Data {
    const frame: Frame = { path, shape, data: {} };
    this.#places.set(path.join('.'), { line: block.line, column: block.column });
    for (const member of block.members) {
      if (member.kind === 'property') this.#property(member, frame);
      else if (member.kind === 'block') this.#block(member, frame);
      else this.#incomplete.add(path.join('.'));
    }
    return frame.data;
  }

  /** Of a property given twice the later value counts, as in Groovy. */
  #property(property: Property, frame: Frame): void {
    const { name, value, source, valueAt } = property;
    const form = formOf(name, frame.shape);
    if (!form) this.#leaveOut(property, frame, this.#unknown(property, frame));
    else if (form.kind === 'block') this.#leaveOut(property, frame, `"${name}" is a block; write ${name} { … }`);
    else {
      frame.data[name] = frame.shape ? value : asText(property);
      const path = [...frame.path, name].join('.');
      this.#places.set(path, valueAt);
      this.#literals.set(path, source);
    }
  }

  #block(block: Block, frame: Frame): void {
    const { name } = block;
    const { data } = frame;
    const path = [...frame.path, name];
    const form = formOf(name, frame.shape);
    if (!form) this.#leaveOut(block, frame, this.#unknown(block, frame));
    else if (form.kind === 'property')
      this.#leaveOut(block, frame, `${shown(name)} is a property; write ${plain(name)} = …`);
    else if (form.isMany) {
      const blocks = listAt(data, name);
      blocks.push(this.#data(block, form.shape, [...path, blocks.length]));
    } else if (this.has(path)) {
      this.#leaveOut(block, frame, `second "${name}" block; the first is on line ${this.placeOf(path).line}`);
    } else data[name] = this.#data(block, form.shape, path);
  }

  #leaveOut({ line, column }: Place, { path }: Frame, message: string): void {
    this.#incomplete.add(path.join('.'));
    this.diagnostics.push({ line, column, message });
  }

  #unknown({ kind, name }: Property | Block, { shape = {} }: Frame): string {
    const owners = this.#owners.get(name) ?? [];
    const elsewhere = owners.length > 0 ? `; it belongs to ${anyOf(owners)}` : '';
    return `unknown ${kind} ${shown(name)}${didYouMean(name, Object.keys(shape)) || elsewhere}`;
  }
}

function listAt(data: Data, name: string): unknown[] {
  const list = data[name];
  if (Array.isArray(list)) return list;
  const fresh: unknown[] = [];
  data[name] = fresh;
  return fresh;
}

/** Where names are free every value is a text, as it is written: `1.10` stays `1.10`. */
function asText({ value, source }: Property): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? source : value;
}
