/** What a zod schema says about the form of a file: the names that a block knows, and whether each is one itself. */

import type * as z from 'zod/mini';

export type Shape = z.core.$ZodShape;

/** Of a block: whether there may be several, and its shape, undefined where it takes properties of any name. */
type Form = { kind: 'property' } | { kind: 'block'; isMany: boolean; shape: Shape | undefined };

/** Undefined where a block of this shape does not know the name. */
export function formOf(name: string, shape: Shape | undefined): Form | undefined {
  if (!shape) return name === '__proto__' ? undefined : { kind: 'property' }; // zod drops __proto__ without a word
  const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
  return schema && formOfSchema(schema);
}

/** Whatever defaults and transforms are around it. */
function formOfSchema(schema: z.core.$ZodType): Form {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
      return formOfSchema(def.innerType);
    case 'pipe':
      return formOfSchema(def.in);
    case 'array':
      return several(formOfSchema(def.element));
    case 'object':
      return { kind: 'block', isMany: false, shape: def.shape };
    case 'record':
      return { kind: 'block', isMany: false, shape: undefined };
    default:
      return { kind: 'property' };
  }
}

function several(form: Form): Form {
  return form.kind === 'block' ? { ...form, isMany: true } : form;
}

/** For each name of the language the blocks that know it; `block` is what to call the outermost. */
export function ownersIn(shape: Shape, block: string, owners = new Map<string, string[]>()): Map<string, string[]> {
  for (const [name, schema] of Object.entries(shape)) {
    owners.set(name, [...(owners.get(name) ?? []), block]);
    const form = formOfSchema(schema);
    if (form.kind === 'block' && form.shape) ownersIn(form.shape, name, owners);
  }
  return owners;
}
