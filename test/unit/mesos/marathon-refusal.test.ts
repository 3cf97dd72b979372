/** What Marathon answers where it does not do as it is told, as errors that a person can act on. */

import { describe, expect, it } from 'vitest';
import type { MinimesosError } from '../../../src/errors.js';
import { refusalOf } from '../../../src/mesos/marathon-refusal.js';

const reply = (status: number, body: unknown) => ({
  status,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const text = ({ code, message, details }: MinimesosError) => [`${code} ${message}`, ...details];

const refused = (status: number, body: unknown, path = '/v2/apps/web/shop?force=false') =>
  text(refusalOf(reply(status, body), path));

const LOCKED =
  "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.";

describe('what is in the way of an app', () => {
  it.each([
    ['/v2/apps', 'An app with id [/hello] already exists.', 'app /hello'],
    ['/v2/groups', 'Group /shop is already created. Use PUT to change this group.', 'group /shop'],
    ['/v2/groups', 'An app with the path /shop already exists.', 'app /shop'],
  ])('is named where it exists: %s', (path, message, what) => {
    const error = refusalOf(reply(409, { message }), path);
    expect(text(error)).toEqual([`APP_EXISTS ${what} is there already`]);
    expect(error.hint).toContain('--update');
  });

  it('is the deployment that locks it, and --force cancels that', () => {
    const error = refusalOf(
      reply(409, { message: LOCKED, deployments: [{ id: 'd-1' }] }),
      '/v2/apps/hello?force=false',
    );
    expect(text(error)).toEqual(['APP_LOCKED app /hello is locked: deployment d-1 is changing it']);
    expect(error.hint).toContain('--force');
    expect(error.retryable).toBe(true);
  });

  it('is another deployment where Marathon does not name it, as before 0.9', () => {
    expect(refused(409, { message: 'App is locked by another operation' })).toEqual([
      'APP_LOCKED app /web/shop is locked: another deployment is changing it',
    ]);
  });

  it('is what Marathon says of any other conflict', () => {
    expect(refused(409, { message: 'the path is that of a pod' })).toEqual([
      'APP_REFUSED Marathon refuses app /web/shop: the path is that of a pod',
    ]);
  });
});

describe('fields that Marathon does not take', () => {
  it('are a line each, with their places', () => {
    const details = [
      { path: '/cpus', errors: ['got -1, expected 0.0 or more', 'error.expected.jsnumber'] },
      { path: '/', errors: ["AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'."] },
    ];
    expect(refused(422, { message: 'Object is not valid', details })).toEqual([
      'APP_REFUSED Marathon refuses app /web/shop',
      '/cpus: got -1, expected 0.0 or more',
      '/cpus: must be a number',
      "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.",
    ]);
  });

  it.each([
    ['0.15', { message: 'Object is not valid', details: [{ attribute: 'apps[0].cpus', error: 'must be positive' }] }],
    ['0.7', { errors: [{ attribute: 'apps[0].cpus', error: 'must be positive' }] }],
  ])('are told by Marathon %s in its own way', (_version, body) => {
    expect(refused(422, body, '/v2/groups')).toEqual([
      'APP_REFUSED Marathon refuses the group',
      'apps[0].cpus: must be positive',
    ]);
  });

  it.each(['self', 'value', ''])('are all of it where the place is "%s"', (path) => {
    expect(refused(422, { details: [{ path, errors: ['is wrong'] }] }).slice(1)).toEqual(['is wrong']);
  });

  it('are told with the words around them where these say more', () => {
    const body = { message: 'Group /a not available in version 7', details: [] };
    expect(refused(422, body, '/v2/groups/a')).toEqual([
      'APP_REFUSED Marathon refuses group /a: Group /a not available in version 7',
    ]);
  });

  it.each([
    [{ message: 'Invalid JSON', details: [{ path: '/id', errors: ['error.path.missing'] }] }, '/id: is missing'],
    [{ message: 'Invalid JSON', details: 'Unexpected character at 3' }, 'Unexpected character at 3'],
    [{ message: 'Invalid JSON', details: [{ path: '/x', errors: [{ deep: 1 }] }] }, '/x: {"deep":1}'],
  ])('are told of JSON that cannot be read: %j', (body, line) => {
    expect(refused(400, body, '/v2/apps')).toEqual(['APP_REFUSED Marathon cannot read the JSON of the app', line]);
  });
});

describe('an app that is not there', () => {
  it.each([
    ['/v2/apps/web/shop?force=false', 'app /web/shop'],
    ['/v2/groups/a%20b', 'group /a b'],
  ])('is named: %s', (path, what) => {
    expect(refused(404, { message: 'does not exist' }, path)).toEqual([`NO_APP Marathon has no ${what}`]);
  });

  it('is not what a page of another server means', () => {
    expect(refused(404, '<html><head><title>404 Not Found</title></head><body>nginx</body></html>')).toEqual([
      'MESOS_UNREACHABLE /v2/apps/web/shop?force=false answers 404, as Marathon would not: 404 Not Found',
    ]);
    expect(refused(404, { message: 'URI not found' }, '/v2/queue')[0]).toMatch(/^MESOS_UNREACHABLE /);
  });
});

describe('a Marathon that does not serve', () => {
  it.each([
    [
      401,
      '<html><body><h2>HTTP ERROR 401</h2></body></html>',
      'APP_REFUSED Marathon lets nobody without credentials at app /web/shop: HTTP ERROR 401',
    ],
    [
      403,
      { message: 'Not Authorized to perform this action!' },
      'APP_REFUSED Marathon lets nobody without credentials at app /web/shop: Not Authorized to perform this action!',
    ],
    [
      503,
      { message: 'Could not determine the current leader' },
      'MESOS_UNREACHABLE Marathon cannot answer yet: Could not determine the current leader',
    ],
    [500, '', 'MESOS_UNREACHABLE Marathon answers 500 Internal Server Error to /v2/apps/web/shop?force=false'],
    [302, '', 'MESOS_UNREACHABLE Marathon answers 302 Found to /v2/apps/web/shop?force=false'],
    [
      415,
      { message: 'Unsupported Media Type' },
      'APP_REFUSED Marathon answers 415 Unsupported Media Type to /v2/apps/web/shop?force=false: Unsupported Media Type',
    ],
  ])('says so with %d', (status, body, sentence) => {
    expect(refused(status, body)).toEqual([sentence]);
  });

  it('is not quoted at length', () => {
    const [sentence = ''] = refused(500, `<body><style>${'a'.repeat(900)}</style>${'stack trace '.repeat(900)}</body>`);
    expect(sentence).toContain('stack trace');
    expect(sentence.length).toBeLessThan(450);
  });
});
