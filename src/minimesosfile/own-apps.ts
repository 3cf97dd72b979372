/** Marathon JSON that minimesos brought with it: the files of 0.13 name it at the place where it was published. */

const WEAVE_SCOPE = /^https?:\/\/raw\.githubusercontent\.com\/ContainerSolutions\/minimesos\/.+\/weave-scope\.json$/i;

/** In place of what `url` gives; undefined where it was none of ours. */
export function ownApp(url: string): string | undefined {
  return WEAVE_SCOPE.test(url) ? JSON.stringify(weaveScope, null, 2) : undefined;
}

/** As 0.13's: on the network of its host, with the pids of its host, beside the engine. */
const weaveScope = {
  id: 'weave-scope',
  cpus: 1,
  mem: 128,
  instances: 1,
  constraints: [['hostname', 'UNIQUE']],
  args: ['--probe.docker', 'true'],
  env: { CHECKPOINT_DISABLE: '' },
  portDefinitions: [{ port: 4040, protocol: 'tcp', name: 'http' }],
  container: {
    type: 'DOCKER',
    docker: {
      image: 'weaveworks/scope:1.13.2',
      network: 'HOST',
      privileged: true,
      parameters: [{ key: 'pid', value: 'host' }],
    },
    volumes: [{ containerPath: '/var/run/docker.sock', hostPath: '/var/run/docker.sock', mode: 'RW' }],
  },
};
