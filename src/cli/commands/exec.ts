import type { Terminal } from '../../docker/process.js';
import { MinimesosError } from '../../errors.js';
import type { ComponentStatus, Status } from '../../status.js';
import { runningCluster } from '../cluster.js';
import { componentNamed } from '../component.js';
import type { Command, Streams } from '../context.js';
import { readerOf } from '../log-output.js';

interface ExecFlags {
  component: string;
  /** No terminal, even where there is one. */
  T: boolean;
}

/** Runs a command in a component's container; its exit code is ours. */
export const exec: Command<ExecFlags> = async (context, { component, T }) => {
  const { otherCommand, streams } = context;
  if (otherCommand.length === 0) {
    throw new MinimesosError('USAGE', 'exec takes a command after --', {
      hint: 'for example minimesos exec agent-0 -- ls /',
    });
  }
  const { status } = await runningCluster(context);
  const { connect } = await import('../../docker/dockerode.js');
  const docker = connect();
  const { id, container } = containerOf(status, component);
  const { state } = await docker.inspectContainer(container.id);
  if (state !== 'running') {
    throw new MinimesosError('NO_CLUSTER', `${id} does not run: its container is ${state}`, {
      hint: 'minimesos apply brings it back',
    });
  }
  const terminal = T ? undefined : terminalOf(streams);
  const reader = readerOf(context);
  const { stdin, stdout, stderr } = streams;
  const letGo = terminal ? takeKeys(stdin) : () => {};
  try {
    return await docker.exec(container.id, { command: [...otherCommand], terminal, stdin, stdout, stderr }, reader);
  } catch (thrown) {
    // Nobody reads on, as after head.
    if (reader.aborted && !context.signal.aborted) return 0;
    throw thrown;
  } finally {
    letGo();
  }
};

function containerOf(
  status: Status,
  wanted: string,
): { id: string; container: NonNullable<ComponentStatus['container']> } {
  const components = status.components.filter(({ kind }) => kind !== 'app');
  const { id, container, reason } = componentNamed({ ...status, components }, wanted);
  if (container) return { id, container };
  throw new MinimesosError('NO_CLUSTER', `${id} does not run: ${reason}`, { hint: 'minimesos apply brings it' });
}

/** Somebody types, and sees what comes. */
function terminalOf({ stdin, stdout }: Streams): Terminal | undefined {
  return stdin?.isTTY && isTerminal(stdout) ? stdout : undefined;
}

function isTerminal(stream: Streams['stdout']): stream is Streams['stdout'] & Terminal {
  return stream.isTTY === true;
}

/** Every key is the command's, Ctrl-C too. */
function takeKeys(stdin: Streams['stdin']): () => void {
  stdin?.setRawMode(true);
  return () => {
    stdin?.setRawMode(false);
    stdin?.pause();
  };
}
