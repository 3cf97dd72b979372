import { describe, expect, it } from 'vitest';
import { nextVersion } from '../../../../src/simulator/marathon/app/definition.js';
import { normalApp } from '../../../../src/simulator/marathon/app/normal.js';
import { stepsBetween } from '../../../../src/simulator/marathon/deployment/plan.js';
import { ranks } from '../../../../src/simulator/marathon/group/dependencies.js';
import { emptyRoot, type RootGroup, withApp, withGroups } from '../../../../src/simulator/marathon/group/root.js';

/** Apps as `/a/db*2=cmd > /x /y`: two instances of cmd, after /x and /y; a group's own dependencies as `/a/ > /b`. */
function rootOf(version: string, lines: readonly string[], before?: RootGroup): RootGroup {
  return lines.reduce((root, line) => {
    const [head = '', after = ''] = line.split(' > ');
    const dependencies = after.split(' ').filter((each) => each !== '');
    if (head.endsWith('/')) {
      const id = head.slice(0, -1);
      const made = withGroups(root, [id], version);
      return { ...made, groups: new Map(made.groups).set(id, { id, dependencies, version }) };
    }
    const [, id = '', instances = '1', cmd = 'x'] = /^([^*=]+)(?:\*(\d+))?(?:=(.*))?$/.exec(head) ?? [];
    const definition = normalApp({ id, cmd, instances: Number(instances), dependencies });
    return withApp(root, nextVersion(before?.apps.get(id), definition, version));
  }, emptyRoot(version));
}

/** `Stop /a | Start /b | Scale /b`, what goes side by side with a comma. */
function planned(before: RootGroup, after: RootGroup): string {
  return stepsBetween(before, after)
    .map(({ actions }) => actions.map(({ action, app }) => `${action.replace('Application', '')} ${app}`).join(', '))
    .join(' | ');
}

describe('a deployment', () => {
  it.each<[string, string[], string[], string]>([
    ['nothing', ['/a'], ['/a'], ''],
    ['a new app', [], ['/a'], 'Start /a | Scale /a'],
    ['an app that goes', ['/a'], [], 'Stop /a'],
    ['another number', ['/a'], ['/a*3'], 'Scale /a'],
    ['another command', ['/a'], ['/a=y'], 'Restart /a'],
    ['another command and number', ['/a'], ['/a*2=y'], 'Restart /a'],
    ['what changed only', ['/a', '/b'], ['/a', '/b*2'], 'Scale /b'],
    ['one after the other', [], ['/web > /db', '/db'], 'Start /web, Start /db | Scale /db | Scale /web'],
    [
      'a row of three',
      ['/a > /b', '/b > /c', '/c'],
      ['/a=y > /b', '/b=y > /c', '/c=y'],
      'Restart /c | Restart /b | Restart /a',
    ],
    ['side by side', [], ['/a', '/b'], 'Start /a, Start /b | Scale /a, Scale /b'],
    [
      'all of a group first',
      [],
      ['/s/web > /d', '/d/x', '/d/y'],
      'Start /s/web, Start /d/x, Start /d/y | Scale /d/x, Scale /d/y | Scale /s/web',
    ],
    [
      'a group after a group',
      [],
      ['/s/ > /d', '/s/web', '/d/x'],
      'Start /s/web, Start /d/x | Scale /d/x | Scale /s/web',
    ],
    ['what goes first', ['/a', '/b'], ['/b=y', '/c'], 'Stop /a | Start /c | Restart /b, Scale /c'],
    ['a dependency that is not there', [], ['/a > /nobody'], 'Start /a | Scale /a'],
  ])('S131 of %s must have its steps in order', (_what, before, after, plan) => {
    const first = rootOf('2020-01-01T00:00:00.000Z', before);
    expect(planned(first, rootOf('2020-01-02T00:00:00.000Z', after, first))).toBe(plan);
  });

  it('S131 what depends on itself must be found', () => {
    const version = '2020-01-01T00:00:00.000Z';
    expect(ranks(rootOf(version, ['/a > /b', '/b > /c', '/c > /a']))).toBeNull();
    expect(ranks(rootOf(version, ['/s/ > /d', '/d/ > /s', '/s/a', '/d/b']))).toBeNull();
    expect(Object.fromEntries(ranks(rootOf(version, ['/a > /b', '/b'])) ?? [])).toEqual({ '/a': 1, '/b': 0 });
  });
});
