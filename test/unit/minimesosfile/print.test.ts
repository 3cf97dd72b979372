import { describe, expect, it } from 'vitest';
import { print } from '../../../src/minimesosfile/print.js';
import { specOf, specWith } from './parsing.js';

describe('a printed spec', () => {
  it('F16 is a file that people can read, with every default', () => {
    const spec = specWith(`
      clusterName = "my cluster"; distribution = "simulator"
      master { instances = 3; imageTag = "1.0.0"; env { GLOG_v = 1 } }
      agent { name = "gpu"; instances = 2; resources { cpu { value = 0.5 }; cpu { role = "a"; value = 2 } } }
      marathon { cmd = "--x"; app { marathonJson = "a.json" }; group { marathonJson = "b.json" } }
      scope { }
    `);
    expect(print(spec)).toBe(`minimesos {
    clusterName = "my cluster"
    distribution = "simulator"
    mesosVersion = "1.0.0"
    loggingLevel = "INFO"
    mapPortsToHost = false
    bindAddress = "127.0.0.1"
    mapAgentSandboxVolume = false
    timeout = 60

    zookeeper {
        instances = 1
    }

    master {
        imageTag = "1.0.0"
        env {
            GLOG_v = "1"
        }
        instances = 3
        authenticate = false
        aclJson = null
    }

    agent {
        name = "gpu"
        instances = 2
        portNumber = 5051
        attributes = ""
        privileged = false
        resources {
            cpu { role = "*"; value = 0.5 }
            cpu { role = "a"; value = 2 }
            mem { role = "*"; value = 1024 }
            disk { role = "*"; value = 2000 }
            ports { role = "*"; value = "[31000-32000]" }
        }
    }

    marathon {
        cmd = "--x"
        app { marathonJson = "a.json" }
        group { marathonJson = "b.json" }
    }

    scope {
        port = 4040
    }
}
`);
    expect(specOf(print(spec))).toStrictEqual(spec);
  });

  it('F16 has texts that the language reads back', () => {
    const clusterName = 'a "b" \\ $c \n\t\r \u0001 \u2028 \ud800 é 😀';
    const printed = print({ ...specWith(''), clusterName });
    expect(printed).toContain(String.raw`"a \"b\" \\ \$c \n\u0009\u000d \u0001 \u2028 \ud800 é 😀"`);
    expect(specOf(printed).clusterName).toBe(clusterName);
  });
});
