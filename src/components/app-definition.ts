/** Marathon JSON → what is desired of Marathon: with the tokens replaced, and a hash for each app. */

import type { AppSpec, AppType, DesiredApp, RenderedApp } from '../app.js';
import { digest } from '../digest.js';
import { replaceTokens } from '../minimesosfile/tokens.js';
import type { AppFile } from '../spec.js';

export type Definition = Record<string, unknown>;

export function desiredApp({ type, id: path, source, text }: AppFile): DesiredApp {
  let known: { json: string; rendered: RenderedApp } | undefined;
  return {
    id: `app:${path}`,
    type,
    path,
    source,
    // Asked at every pass, with the same values as a rule.
    render: (variables) => {
      const json = replaceTokens(text, variables);
      if (known?.json !== json) known = { json, rendered: rendered(type, path, JSON.parse(json) as Definition) };
      return known.rendered;
    },
  };
}

/** The same definition with another one in the place of each app, of which `visit` is told the full id. */
export function mapApps(
  type: AppType,
  path: string,
  definition: Definition,
  visit: (app: Definition, id: string, dependencies: readonly unknown[]) => Definition,
  above: readonly unknown[] = [],
): Definition {
  if (type === 'app') return visit(definition, path, above);
  const dependencies = [...above, ...asList(definition.dependencies)];
  const within = (kind: AppType) => (child: Definition) =>
    mapApps(kind, absolute(String(child.id), path), child, visit, dependencies);
  const { apps, groups } = definition;
  return {
    ...definition,
    ...(apps === undefined ? {} : { apps: asList<Definition>(apps).map(within('app')) }),
    ...(groups === undefined ? {} : { groups: asList<Definition>(groups).map(within('group')) }),
  };
}

/** Fields that Marathon answers as it was given them, so that a change by hand shows. */
const COMPARED = ['instances', 'cpus', 'mem', 'disk', 'cmd'];
/** What Marathon changes without starting tasks anew must not be in a label, which would. */
const SCALED = 'instances';

/** Those of an app that are plain values, as it is asked for or as Marathon has it. */
export function fieldsOf(app: Definition): Record<string, string | number> {
  const plain = COMPARED.filter((field) => ['string', 'number'].includes(typeof app[field]));
  return Object.fromEntries(plain.map((field) => [field, app[field] as string | number]));
}

function rendered(type: AppType, path: string, given: Definition): RenderedApp {
  const definition = { ...given, id: path };
  const apps = new Map<string, AppSpec>();
  mapApps(type, path, definition, (app, id, dependencies) => {
    const { [SCALED]: _, ...hashed } = app;
    apps.set(id, { hash: digest([hashed, dependencies], 16), fields: { [SCALED]: 1, ...fieldsOf(app) } });
    return app;
  });
  return { definition, hash: digest(definition, 16), apps };
}

function absolute(id: string, group: string): string {
  return id.startsWith('/') ? id : `${group === '/' ? '' : group}/${id}`;
}

function asList<Item = unknown>(value: unknown): Item[] {
  return Array.isArray(value) ? (value as Item[]) : [];
}
