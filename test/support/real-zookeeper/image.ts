/** Real ZooKeeper 3.8, with its own command line and Python's kazoo as clients, in an image made of Debian's packages. */

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Docker } from '../../../src/docker/docker.js';
import { Archive, NOT_HERE } from './packages.js';

const run = promisify(execFile);

const REPOSITORY = 'minimesos/test-real-zookeeper';

/** Not the package `zookeeper`, which brings a desktop's Java along: only its scripts are taken. */
const ASKED_FOR = ['libzookeeper-java', 'default-jre-headless', 'python3-kazoo', 'bash', 'coreutils', 'grep', 'sed'];
const SCRIPTS = 'zookeeper';

/** The version that the simulator plays: others differ here and there. */
const PLAYED = '3.8.';

/** Of the 170 packages that these want, those that the programs here load; no web page, no mail, no desktop. */
const LOADED = [
  /^(bash|coreutils|grep|sed|libtinfo6|lib(acl1|attr1|gmp10|pcre2-8-0|selinux1|cap2|crypt1|systemd0)(t64)?)$/,
  /^(libc6|libgcc-s1|libstdc\+\+6|zlib1g|lib(ssl3|expat1|ffi8|bz2-1\.0|lzma5|zstd1)(t64)?)$/,
  /^(openjdk-\d+-jre-headless|(lib)?python3(\.\d+)?(-minimal|-stdlib)?|python3-(kazoo|six|pure-sasl))$/,
  /^lib(zookeeper|netty|netty-tcnative|jctools|log4j1\.2|slf4j|commons-cli|commons-io|dropwizard-metrics|snappy)-java$/,
  /^lib(jackson2-(annotations|core|databind)|findbugs-annotations)-java$/,
];

const FILES_LEFT_OUT = [
  ...['doc', 'man', 'locale', 'maven-repo', 'lintian', 'gcc', 'zookeeper/zooinspector'].map(
    (each) => `./usr/share/${each}`,
  ),
  ...['./usr/lib/*/gconv', '*/legal', '*/ct.sym', '*/kazoo/tests', '*/python3*/test', '*/lib2to3', '*/idlelib'],
];

const OWN_FILES = ['entrypoint.sh', 'kazoo-recipes.py', 'zkcli-commands.txt'];

const CHANGES = [
  'ENTRYPOINT ["/entrypoint.sh"]',
  'CMD ["zkServer.sh", "start-foreground"]',
  'ENV PATH=/usr/share/zookeeper/bin:/usr/bin PYTHONDONTWRITEBYTECODE=1 ZOO_ADMINSERVER_ENABLED=false',
  // Half the time to start, for a server of a few znodes.
  'ENV JVMFLAGS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx192m"',
  'EXPOSE 2181 2888 3888',
];

/** Its reference; the engine has it then, and keeps it for the next run. */
export async function realZookeeper(docker: Docker): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), 'minimesos-zookeeper-'));
  try {
    const archive = new Archive(work);
    const versions = await archive.candidates([...ASKED_FOR, SCRIPTS]);
    if (!versions.includes(`${SCRIPTS} ${PLAYED}`))
      throw new Error(`${NOT_HERE}\nNot ${PLAYED}* as in Debian 12:\n${versions}`);
    const reference = `${REPOSITORY}:${await hashOf(versions)}`;
    if ((await docker.presentImages([reference])).has(reference)) return reference;
    const needed = (await archive.closure(ASKED_FOR)).filter((name) => LOADED.some((loaded) => loaded.test(name)));
    await imported(docker, reference, await rootfs(work, await archive.fetch([...needed, SCRIPTS])));
    return reference;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function hashOf(versions: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([versions, LOADED.map(String), FILES_LEFT_OUT, CHANGES]));
  for (const file of OWN_FILES) hash.update(await readFile(ownFile(file)));
  return hash.digest('hex').slice(0, 12);
}

/** Unpacks the packages; what their installation would do, as far as it counts here, is done by hand. */
async function rootfs(work: string, packages: readonly string[]): Promise<string> {
  const root = join(work, 'root');
  const folders = ['usr/bin', 'usr/sbin', 'usr/lib', 'usr/lib64', 'etc/zookeeper', 'tmp', 'root', 'data', 'datalog'];
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
  for (const merged of ['bin', 'sbin', 'lib', 'lib64']) await symlink(`usr/${merged}`, join(root, merged));
  const unpack =
    'for each; do dpkg-deb --fsys-tarfile "$each" | tar -x -C "$ROOT" --keep-directory-symlink $LEAVE; done';
  const env = { ...process.env, ROOT: root, LEAVE: FILES_LEFT_OUT.map((each) => `--exclude=${each}`).join(' ') };
  await run('bash', ['-f', '-euo', 'pipefail', '-c', unpack, 'unpack', ...packages], { env });
  const [java = ''] = (await readdir(join(root, 'usr/lib/jvm'))).filter((name) => name.startsWith('java-'));
  await symlink(`../lib/jvm/${java}/bin/java`, join(root, 'usr/bin/java'));
  await symlink('conf_example', join(root, 'etc/zookeeper/conf'));
  await symlink('bash', join(root, 'usr/bin/sh'));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
  for (const file of OWN_FILES) await copyFile(ownFile(file), join(root, file));
  await chmod(join(root, 'entrypoint.sh'), 0o755);
  return root;
}

async function imported(docker: Docker, reference: string, root: string): Promise<void> {
  const tar = spawn('tar', ['-c', '--owner=0', '--group=0', '-C', root, '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await docker.importImage(reference, tar.stdout, CHANGES, new AbortController().signal);
}

function ownFile(name: string): string {
  return join(import.meta.dirname, name);
}
