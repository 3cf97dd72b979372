import { spawn } from 'node:child_process';
import type { CommandInfo } from '../../mesos/shapes.js';
import { commandEnvironment, type Environment } from './environment.js';

/** Runs a check's command beside a task: its exit code, or null where it did not end by itself in time. */
export function probeCommand(
  command: CommandInfo,
  directory: string,
  environment: Environment,
  timeoutMs: number,
): Promise<number | null> {
  const [program, args] = argv(command);
  const env = { ...environment, ...commandEnvironment(command).variables };
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: directory, env, detached: true, stdio: 'ignore' });
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended in the meantime.
      }
    };
    const timer = setTimeout(end, timeoutMs);
    timer.unref();
    child.on('error', () => {
      clearTimeout(timer);
      resolve(null);
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      end();
      resolve(code);
    });
    child.unref();
  });
}

/** A command as a program and its arguments; the first argument is the program's own name again. */
export function argv({ shell = true, value = '', arguments: words = [] }: CommandInfo): [string, string[]] {
  return shell ? ['/bin/sh', ['-c', value]] : [value, words.slice(1)];
}
