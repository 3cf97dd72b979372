import { describe, expect, it } from 'vitest';
import { startAgent } from '../../../src/simulator/agent/main.js';
import { formatDuration, parseDuration } from '../../../src/simulator/duration.js';
import { loadFlags } from '../../../src/simulator/flags.js';
import { masterFlags } from '../../../src/simulator/master/flags.js';
import { startMaster } from '../../../src/simulator/master/main.js';
import { testHost } from '../../support/simulator.js';

const SEE_HELP = 'See `mesos-master --help` for a list of supported flags.\n';

const load = (args: string[], env: { [name: string]: string } = {}) => loadFlags(masterFlags('modern'), args, env);

describe('flags', () => {
  it('S10 are taken as --name=value, --name value, --no-name and MESOS_<NAME>, the command line first', () => {
    const flags = load(['--port=1', '--cluster', 'mine', '--no-root_submissions', '--quiet', 'foo'], {
      MESOS_PORT: 'abc',
      MESOS_QUORUM: '3',
      MESOS_BOGUS: '1',
      PORT: '9',
    });
    const shown = Object.fromEntries(flags);
    expect(shown).toMatchObject({ port: '1', cluster: 'mine', root_submissions: 'false', quiet: 'true', quorum: '3' });
    expect(shown).not.toHaveProperty('bogus');
    expect(shown).not.toHaveProperty('ip');
  });

  it('S10 are known by their older names too, and shown as Mesos spells them', () => {
    const flags = load(['--slave_ping_timeout=120secs'], { MESOS_ZK_SESSION_TIMEOUT: '2000ms' });
    expect(flags.get('agent_ping_timeout')).toBe('2mins');
    expect(flags.get('zk_session_timeout')).toBe('2secs');
  });

  it.each([
    [['--bogus=1'], "Failed to load unknown flag 'bogus'"],
    [['--no-bogus'], "Failed to load unknown flag 'bogus' via 'no-bogus'"],
    [
      ['--quorum=abc'],
      "Failed to load flag 'quorum': Failed to load value 'abc': Failed to convert into required type",
    ],
    [['--port=abc'], "Failed to load flag 'port': Failed to load value 'abc': Failed to convert into required type"],
    [
      ['--agent_ping_timeout=15'],
      "Failed to load flag 'agent_ping_timeout': Failed to load value '15': Invalid duration '15'",
    ],
    [['--agent_ping_timeout=100ms'], 'Expected `--agent_ping_timeout` to be between 1secs and 15mins'],
    [['--acls={bad'], "Failed to load flag 'acls': Failed to load value '{bad': syntax error at line 1 near: bad"],
  ])("S11 %j ends with 1 and Mesos' words", async (args, message) => {
    const host = testHost();
    expect(await startMaster(args, host)).toBeNull();
    expect(host.exits).toEqual([1]);
    expect(host.lines.join('')).toBe(`${message}\n${SEE_HELP}\n`);
  });

  it.each([
    [['--zk=zk://h:2181/m', '--work_dir=/tmp'], 'Need to specify --quorum'],
    [['--zk=zk://h:2181/m', '--quorum=1'], '--work_dir needed for replicated log based registry'],
    [['--zk=zk://h:2181', '--registry=in_memory'], "Expecting a (chroot) path for ZooKeeper ('/' is not supported)"],
    [
      ['--zk=h:2181/m', '--registry=in_memory'],
      "Error parsing ZooKeeper URL: Expecting 'zk://' at the beginning of the URL",
    ],
    [['--registry=bogus'], "'bogus' is not a supported option for registry persistence"],
  ])('S11 %j ends with 1: %s', async (args, message) => {
    const host = testHost();
    expect(await startMaster(args, host)).toBeNull();
    expect(host.exits).toEqual([1]);
    expect(host.lines.at(-1)).toContain('EXIT with status 1: ');
    expect(host.lines.at(-1)).toContain(message);
  });

  it.each([
    [[], '`--master` or `--master_detector`', 1],
    [['--master=zk://h:2181/m', '--resources=cpus:abc'], 'Bad type for resource cpus value abc type TEXT', 1],
    [['--master=zk://h:2181/m', '--resources=mem'], "Bad value for resources, missing or extra ':' in mem", 1],
    [['--master=zk://h:2181/m', '--resources=[{bad'], "missing or extra ':' in [{bad", 1],
    [['--master=zk://h:2181/m', '--attributes=bad'], 'Invalid attribute', 134],
    [['--master=zk://h:2181'], "Expecting a (chroot) path for ZooKeeper ('/' is not supported)", 1],
    [['--master=zk://h:2181/m', '--reconfiguration_policy=any'], 'reconfiguration policy', 1],
  ])('S11 an agent with %j says: %s', async (args, message, code) => {
    const host = testHost();
    expect(await startAgent(['--work_dir=/nowhere/minimesos', ...args], host)).toBeNull();
    expect(host.exits).toEqual([code]);
    expect(host.lines.at(-1)).toContain(message);
  });

  it('S11 an agent needs a work directory', async () => {
    const host = testHost();
    expect(await startAgent(['--master=zk://h:2181/m'], host)).toBeNull();
    expect(host.lines.join('')).toContain("Flag 'work_dir' is required, but it was not provided\n");
  });

  it('S11 a flag of a later generation is unknown to an earlier one', async () => {
    const host = testHost();
    expect(await startMaster(['--mesos_version=1.0.0', '--min_allocatable_resources=cpus:1'], host)).toBeNull();
    expect(host.lines.join('')).toContain("Failed to load unknown flag 'min_allocatable_resources'");
  });

  it('S11 --version and --help end with 0', async () => {
    const host = testHost();
    expect(await startMaster(['--mesos_version=1.4.1', '--version'], host)).toBeNull();
    expect(await startMaster(['--help'], host)).toBeNull();
    expect(host.exits).toEqual([0, 0]);
    expect(host.printed[0]).toBe('mesos 1.4.1\n');
    expect(host.printed[1]).toMatch(/^Usage: mesos-master \[options\]\n/);
  });
});

describe('durations', () => {
  it.each(['10secs', '15mins', '6hrs', '2weeks', '500ms', '1days'])('%s is spelled the same again', (text) => {
    expect(formatDuration(parseDuration(text) ?? 0)).toBe(text);
  });

  it('are spelled in the largest unit that divides them', () => {
    expect(['120secs', '90secs', '0ns', '1500us'].map((text) => formatDuration(parseDuration(text) ?? 0))).toEqual([
      '2mins',
      '90secs',
      '0ns',
      '1500us',
    ]);
  });
});
