/** What `minimesos init` writes: every block, every default, and what a newcomer wants to know about them. */
export function defaultFile(): string {
  return DEFAULT_FILE;
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
    //   "simulator"  one small image, built on the spot, plays every part: nothing to download, up in seconds
    //   "custom"     the real thing: the images that this file names, or else those of minimesos 0.13
    distribution = "simulator"

    mesosVersion = "1.0.0"
    loggingLevel = "INFO"            // or WARNING, ERROR; master and agent may have their own
    mapPortsToHost = false           // true: ZooKeeper 2181, master 5050, Marathon 8080, Consul 8500 on localhost
    mapAgentSandboxVolume = false    // true: the sandboxes of tasks appear in .minimesos, beside this file
    timeout = 60                     // seconds to wait for the cluster

    // Every block from here on may name an image (of use with "custom") and set environment variables.
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
