import { expect, test } from 'vitest';
import { parseLdd } from '../../../src/docker/shared-libraries.js';

test('glibc: every library and the loader, but not what the kernel brings', () => {
  const output = `
	linux-vdso.so.1 (0x00007fc355f2c000)
	libstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007fc355c00000)
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007fc3559fe000)
	/lib64/ld-linux-x86-64.so.2 (0x00007fc355f2e000)
`;
  expect(parseLdd(output)).toEqual([
    '/lib/x86_64-linux-gnu/libstdc++.so.6',
    '/lib/x86_64-linux-gnu/libc.so.6',
    '/lib64/ld-linux-x86-64.so.2',
  ]);
});

test('musl: the loader is the C library too', () => {
  const output = `
	/lib/ld-musl-x86_64.so.1 (0x7f2a1e5c8000)
	libstdc++.so.6 => /usr/lib/libstdc++.so.6 (0x7f2a19a00000)
	libc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f2a1e5c8000)
`;
  expect(parseLdd(output)).toEqual(['/lib/ld-musl-x86_64.so.1', '/usr/lib/libstdc++.so.6']);
});

test('a loader from elsewhere is needed at both paths', () => {
  const output = '\t/lib64/ld-linux-x86-64.so.2 => /nix/store/x-glibc/lib64/ld-linux-x86-64.so.2 (0x00007f00)\n';
  expect(parseLdd(output)).toEqual(['/lib64/ld-linux-x86-64.so.2', '/nix/store/x-glibc/lib64/ld-linux-x86-64.so.2']);
});

test.each(['', '\tstatically linked\n', '\tnot a dynamic executable\n'])(
  'a static program needs nothing: %j',
  (output) => {
    expect(parseLdd(output)).toEqual([]);
  },
);

test('a library that is not found is named', () => {
  expect(() => parseLdd('\tlibuv.so.1 => not found\n')).toThrow(
    expect.objectContaining({ code: 'IMAGE_UNAVAILABLE', message: expect.stringContaining('libuv.so.1') }),
  );
});
