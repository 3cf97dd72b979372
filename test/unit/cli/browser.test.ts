import { describe, expect, it } from 'vitest';
import { browserFor, openBrowser } from '../../../src/cli/browser.js';

const SEAT = { platform: 'linux', env: { DISPLAY: ':0' }, terminal: true } as const;

describe('C37 a browser', () => {
  it.each([
    ['on Linux under X', {}, ['xdg-open']],
    ['on Linux under Wayland', { env: { WAYLAND_DISPLAY: 'wayland-0' } }, ['xdg-open']],
    ['on a Mac', { platform: 'darwin', env: {} }, ['open']],
    ['on Windows', { platform: 'win32', env: {} }, ['cmd', '/c', 'start', '']],
  ] as const)('is opened %s', (_where, over, program) => {
    expect(browserFor({ ...SEAT, ...over })).toEqual(program);
  });

  it.each([
    ['on Linux without a display', { env: {} }],
    ['in a pipe', { terminal: false }],
    ['in a pipe on a Mac', { terminal: false, platform: 'darwin' }],
    ['in CI', { env: { DISPLAY: ':0', CI: 'true' } }],
  ] as const)('is not opened %s', (_where, over) => {
    expect(browserFor({ ...SEAT, ...over })).toBeUndefined();
  });

  it('that is not installed is told of, not thrown', async () => {
    expect(await openBrowser(['/nowhere/xdg-open'], 'http://localhost')).toBe(false);
  });
});
