/** The browser of whoever sits at this machine. */

import { spawn } from 'node:child_process';

interface Surroundings {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  /** Whether somebody reads what is printed. */
  terminal: boolean;
}

/** The program that opens an address, which is its next argument; undefined where there is nobody to show a page to. */
export function browserFor({ platform, env, terminal }: Surroundings): string[] | undefined {
  if (!terminal || env.CI) return undefined;
  if (platform === 'darwin') return ['open'];
  // The empty title keeps start from taking the address for one.
  if (platform === 'win32') return ['cmd', '/c', 'start', ''];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
}

/** Gives whether it could be started; it outlives this process. */
export function openBrowser([program = '', ...args]: string[], url: string): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
    child.on('error', () => done(false));
    child.on('spawn', () => done(true));
    child.unref();
  });
}
