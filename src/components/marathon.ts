import { type ComponentKind, published } from './kind.js';
import { lifecycle } from './lifecycle.js';

export const marathon: ComponentKind = {
  kind: 'marathon',
  lifecycle: lifecycle('marathon'),
  // Marathon gives up when ZooKeeper does not answer at its start.
  startsAfter: [{ kind: 'zookeeper', is: 'ready' }],
  waitsFor: ['zookeeper', 'master'],
  firstAddress: 18,
  drafts: ({ marathon: block, mapPortsToHost }) => {
    if (!block) return [];
    const container = () => ({
      aliases: ['minimesos-marathon'],
      args: words(block.cmd),
      env: {},
      ports: [published(8080, mapPortsToHost)],
    });
    return [{ block, port: 8080, container }];
  },
};

/** A command line as words; quotes keep blanks together, wherever in a word they stand. */
function words(commandLine: string): string[] {
  const quoted = commandLine.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return quoted.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
