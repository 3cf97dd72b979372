import { formatDiagnostic, parseSpec } from '../../../src/minimesosfile/load.js';
import type { AgentSpec, ClusterSpec } from '../../../src/spec.js';

const FILE = 'minimesosFile';

/** Of a text that must be valid. */
export function specOf(text: string): ClusterSpec {
  const parsed = parseSpec(text, FILE);
  if (parsed.ok) return parsed.spec;
  throw new Error(parsed.diagnostics.map((diagnostic) => formatDiagnostic(FILE, diagnostic)).join('\n'));
}

/** Of the members of a `minimesos` block. */
export function specWith(members: string): ClusterSpec {
  return specOf(`minimesos {\n${members}\n}`);
}

/** The first agent, of the members of an `agent` block. */
export function agentWith(members: string): AgentSpec {
  const [agent] = specWith(`agent {\n${members}\n}`).agents;
  if (!agent) throw new Error('a cluster has an agent');
  return agent;
}

/** `line:column message` of each problem; empty where the text is valid. */
export function problemsOf(text: string): string[] {
  const parsed = parseSpec(text, FILE);
  return parsed.ok ? [] : parsed.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

/** Of the members of a `minimesos` block, which begin on line 2. */
export function problemsWith(members: string): string[] {
  return problemsOf(`minimesos {\n${members}\n}`);
}
