import { describe, expect, it } from 'vitest';
import { readApp } from '../../../src/minimesosfile/app-file.js';
import { ownApp } from '../../../src/minimesosfile/own-apps.js';
import { clusterSpec } from '../../support/worlds.js';

const PUBLISHED = 'https://raw.githubusercontent.com/ContainerSolutions/minimesos';

describe('F34 the Weave Scope app that every file of 0.13 names', () => {
  it.each([
    `${PUBLISHED}/master/opt/apps/weave-scope.json`,
    `${PUBLISHED}/e2a43362f4581122762c80d8780d09b567783f1a/apps/weave-scope.json`,
  ])('F34 is known by where it was published: %s', (url) => {
    const read = readApp({ type: 'app', source: url, text: ownApp(url) ?? '' }, clusterSpec());
    expect(read).toMatchObject({ ok: true, file: { id: '/weave-scope' }, notes: [] });
  });

  it.each([`${PUBLISHED}/master/opt/apps/other.json`, 'https://example.com/weave-scope.json', 'weave-scope.json'])(
    'F34 stands in for nothing else: %s',
    (url) => expect(ownApp(url)).toBeUndefined(),
  );
});
