import type { Check } from '../../doctor/check.js';
import { DEFAULT_FILE } from '../cluster.js';
import type { Command, Paint, Tone } from '../context.js';

const TONES: Record<Check['status'], Tone> = { ok: 'good', warn: 'busy', fail: 'bad' };

/** What is wrong with the engine, this machine and the file, or in the way, and what to do. */
export const doctor: Command = async ({ args, print, printJson, paintResult }) => {
  const { connect } = await import('../../docker/dockerode.js');
  const { diagnose } = await import('../../doctor/diagnose.js');
  const { file = DEFAULT_FILE, cluster, distribution } = args;
  const subject = { file, named: args.file !== undefined, cluster, distribution };
  const { ok, checks, error } = await diagnose(connect, subject);
  if (args.output === 'json') printJson({ ok, checks });
  else for (const check of checks) print(asText(check, paintResult));
  if (error) return error.exit;
  return ok ? 0 : 1;
};

function asText({ name, status, message, hint }: Check, paint: Paint): string {
  const [first, ...more] = message.split('\n');
  const lines = [
    `${paint(TONES[status], status.padEnd(4))}  ${name} – ${first}`,
    ...more.map((line) => `      ${line}`),
  ];
  return [...lines, ...(hint ? [`      ${paint('dim', 'do:')} ${hint}`] : [])].join('\n');
}
