/** What `minimesos init` writes, by where the images are to come from. */

import { DISTRIBUTIONS, type Distribution, type DistributionName } from '../distribution-table.js';
import type { Kind } from '../model.js';

/** Of the simulator: every block, every default, and what a newcomer wants to know about them. Of others what differs. */
export function defaultFile(name: DistributionName = 'simulator'): string {
  return name === 'simulator' ? DEFAULT_FILE : briefFile(name, DISTRIBUTIONS[name]);
}

const REAL: Record<Exclude<DistributionName, 'simulator'>, string> = {
  mesosphere: 'Apache Mesos, as Mesosphere built it from 2017 to 2019. Its agents need an engine with cgroup v1.',
  clusterd: 'Clusterd, the fork of Mesos that goes on. Its agents need an engine with cgroup v2.',
  custom: 'The images that you name here, or else those of minimesos 0.13, many of which no engine can pull any more.',
};

function briefFile(name: keyof typeof REAL, distribution: Distribution): string {
  const { defaultVersion, versions = [] } = distribution;
  const others = versions.filter((version) => version !== defaultVersion);
  const choice = others.length > 0 ? `    // or ${others.join(', ')}` : '';
  const block = (title: string, kind: Kind) => blockOf(title, kind, distribution);
  return `// A Mesos cluster on Docker, of real processes.
// ${REAL[name]}
//
//     minimesos up         start the cluster, and print its addresses
//     minimesos apply      bring it up to date when this file has changed
//     minimesos destroy    remove it
//
// What is left out has its default. A file with each of them: minimesos init --file another
minimesos {
    distribution = "${name}"
    mesosVersion = "${defaultVersion}"${choice}

    // In a comment, the image that each is made from. Without their blocks there is no Marathon, Consul, registrator,
    // Mesos-DNS or Scope.
${block('zookeeper', 'zookeeper')}
${block('master', 'master')}
${block('agent', 'agent')}
${block('marathon', 'marathon')}
${block('consul', 'consul')}
${block('registrator', 'registrator')}
${block('mesosdns', 'mesos-dns')}
${block('scope', 'scope')}
}
`;
}

function blockOf(title: string, kind: Kind, { images, defaultVersion }: Distribution): string {
  const { name, tag } = images[kind];
  return `    ${title} {
        // imageName = "${name}"; imageTag = "${tag.replace('<mesosVersion>', defaultVersion)}"
    }`;
}

const DEFAULT_FILE = `// A Mesos cluster on Docker. Change this file, and let minimesos make the cluster equal to it:
//
//     minimesos up         start the cluster, and print its addresses
//     minimesos apply      bring it up to date when this file has changed
//     minimesos destroy    remove it
//
// What you leave out is as you see it here; only distribution would be "custom". Without their blocks there is no
// Marathon, Consul, registrator, Mesos-DNS or Scope. ZooKeeper, a master and an agent are always there.
minimesos {
    // The name that Mesos shows; left out, it is minimesos-<cluster id>.
    // clusterName = "my cluster"

    // Where the images come from.
    //   "simulator"   one small image, built on the spot, plays every part: nothing to download, up in seconds
    //   "mesosphere"  the real thing: Apache Mesos, as Mesosphere built it
    //   "clusterd"    the real thing: Clusterd, the fork of Mesos that goes on
    //   "custom"      the real thing: the images that this file names, or else those of minimesos 0.13
    distribution = "simulator"

    mesosVersion = "1.0.0"
    loggingLevel = "INFO"            // or WARNING, ERROR; master and agent may have their own
    mapPortsToHost = false           // true: ZooKeeper 2181, master 5050, Marathon 8080, Consul 8500 on localhost
    bindAddress = "127.0.0.1"        // of the host, for mapPortsToHost; "0.0.0.0" lets other machines in
    mapAgentSandboxVolume = false    // true: the sandboxes of tasks appear in .minimesos, beside this file
    timeout = 60                     // seconds to wait for the cluster

    // Every block from here on may name an image (not for "simulator") and set environment variables.
    zookeeper {
        instances = 1                // 3, 5 or 7: an ensemble, which outlives the loss of a minority
        // imageName = "jplock/zookeeper"
        // imageTag = "3.4.6"
        // env { NAME = "value" }
    }

    master {
        instances = 1                // 3, 5 or 7: one leads, and when it is lost another one does
        authenticate = false
        aclJson = null               // access control lists of Mesos, as JSON in '''triple quotes'''
    }

    // More agents: more blocks like this one, or instances = 3 in it.
    agent {
        portNumber = 5051
        attributes = ""              // what sets an agent apart, such as "rack:1;zone:b"
        privileged = false           // true: may isolate its tasks with cgroups

        resources {
            cpu {
                role = "*"           // any framework may use it; more blocks reserve for more roles
                value = 4
            }
            mem {
                role = "*"
                value = 1024         // MB
            }
            disk {
                role = "*"
                value = 2000         // MB
            }
            ports {
                role = "*"
                value = "[31000-32000]"
            }
        }
    }

    marathon {
        // Apps and groups to run: paths from this file's folder, or URLs.
        // app { marathonJson = "app.json" }
        // group { marathonJson = "group.json" }
    }

    // A directory of services; registrator enters every container into it.
    consul {
    }

    registrator {
    }

    // Names for tasks: master.mm, <app>.marathon.mm
    mesosdns {
    }

    // Weave Scope, a picture of all containers.
    scope {
        port = 4040
    }
}
`;
