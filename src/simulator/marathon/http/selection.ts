import type { App } from '../app/definition.js';
import type { Embedded } from './shown.js';

/** Which apps a request for several is about: `cmd` and `id` by part, `label` by selectors. */
export function selects(query: URLSearchParams): (app: App) => boolean {
  const [cmd, id, label] = [query.get('cmd'), query.get('id'), query.get('label')];
  const selectors = label === null ? [] : labelSelectors(label);
  return (app) => {
    if (cmd !== null && !(app.cmd ?? '').toLowerCase().includes(cmd.toLowerCase())) return false;
    if (id !== null && !app.id.includes(id)) return false;
    return selectors.every((matches) => matches(app.labels));
  };
}

type LabelSelector = (labels: { readonly [name: string]: string }) => boolean;

/** `a==b`, `a!=b`, `a in (b, c)`, `a notin (b, c)`, and `a` where it must only be there; all of them, with commas between. */
function labelSelectors(text: string): LabelSelector[] {
  return text.split(/,(?![^(]*\))/).map((part) => labelSelector(part.trim()));
}

function labelSelector(text: string): LabelSelector {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
  if (set !== null) {
    const [, name = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => Object.hasOwn(labels, name) && values.includes(labels[name] ?? '') === (operator === 'in');
  }
  const equal = /^([^=!\s]+)\s*(==|!=)\s*(.*)$/.exec(text);
  if (equal === null) return (labels) => Object.hasOwn(labels, text);
  const [, name = '', operator, value = ''] = equal;
  return (labels) => Object.hasOwn(labels, name) && (labels[name] === value) === (operator === '==');
}

/** What `embed` asks for; what is shown without it is `otherwise`. */
export function embeddedBy(query: URLSearchParams, otherwise: Partial<Embedded>): Embedded {
  const asked = query.getAll('embed').map((each) => each.replace(/^(group\.)?apps?\./, ''));
  const has = (...names: string[]): boolean => names.some((name) => asked.includes(name));
  const failures = has('failures');
  return {
    tasks: (otherwise.tasks ?? false) || has('tasks') || failures,
    counts: (otherwise.counts ?? false) || has('count', 'counts') || failures || has('tasks'),
    deployments: (otherwise.deployments ?? false) || has('deployments') || failures || has('tasks'),
    lastTaskFailure: (otherwise.lastTaskFailure ?? false) || has('lastTaskFailure') || failures,
    taskStats: has('taskStats'),
  };
}
