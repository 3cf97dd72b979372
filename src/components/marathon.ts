import type { ClusterSpec } from '../spec.js';
import { type ComponentKind, published, zookeeperUrl } from './kind.js';
import { lifecycle } from './lifecycle.js';

export const marathon: ComponentKind = {
  kind: 'marathon',
  lifecycle: lifecycle('marathon'),
  // Marathon gives up when ZooKeeper does not answer at its start.
  startsAfter: [{ kind: 'zookeeper', is: 'ready' }],
  waitsFor: ['zookeeper', 'master'],
  firstAddress: 18,
  drafts: (spec) => {
    const { marathon: block } = spec;
    if (!block) return [];
    const container = () => ({
      aliases: ['minimesos-marathon'],
      args: words(namingAll(block.cmd, spec)),
      env: {},
      ports: [published(8080, spec)],
    });
    // Its command line may name a password, or the URL of one.
    return [{ block, port: 8080, untold: ['command'], container }];
  },
};

/** Of an ensemble each member is named, or Marathon would know only those that its name resolves to at its start. */
function namingAll(cmd: string, spec: ClusterSpec): string {
  if (spec.zookeeper.instances === 1) return cmd;
  return cmd.replaceAll('zk://minimesos-zookeeper:2181/', zookeeperUrl(spec, '/'));
}

/** A command line as words; quotes keep blanks together, wherever in a word they stand. */
function words(commandLine: string): string[] {
  const quoted = commandLine.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return quoted.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
