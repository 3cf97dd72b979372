import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { beforeProcessEnds } from '../../../src/api/process-end.js';

/** A process that dies of a signal when nobody listens, as any does. */
class Host extends EventEmitter {
  readonly pid = 4711;
  readonly diedOf: string[] = [];

  kill(_pid: number, signal: string): true {
    if (!this.emit(signal, signal)) this.diedOf.push(signal);
    return true;
  }
}

function ending() {
  let finish = () => {};
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let begun = 0;
  const end = () => {
    begun += 1;
    return ended;
  };
  return { end, finish, begun: () => begun };
}

const asHost = (host: Host) => host as unknown as NodeJS.Process;
const aMoment = () => new Promise(setImmediate);

describe('A13 a process with a cluster', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('must end it before it dies of %s', async (signal) => {
    const host = new Host();
    const { end, finish, begun } = ending();
    beforeProcessEnds(end, asHost(host));
    host.kill(4711, signal);
    await aMoment();
    expect([begun(), host.diedOf]).toEqual([1, []]);
    finish();
    await aMoment();
    expect(host.diedOf).toEqual([signal]);
  });

  it('must die at once of a second signal', async () => {
    const host = new Host();
    beforeProcessEnds(ending().end, asHost(host));
    beforeProcessEnds(ending().end, asHost(host));
    host.kill(4711, 'SIGINT');
    host.kill(4711, 'SIGINT');
    expect(host.diedOf).toEqual(['SIGINT']);
  });

  it('must wait until the last of several has ended', async () => {
    const host = new Host();
    const [first, second] = [ending(), ending()];
    for (const { end } of [first, second]) beforeProcessEnds(end, asHost(host));
    host.kill(4711, 'SIGTERM');
    first.finish();
    await aMoment();
    expect(host.diedOf).toEqual([]);
    second.finish();
    await aMoment();
    expect(host.diedOf).toEqual(['SIGTERM']);
  });

  it('must leave the decision to a program that listens itself', async () => {
    const host = new Host();
    const { end, begun } = ending();
    beforeProcessEnds(end, asHost(host));
    let heard = 0;
    host.on('SIGINT', () => {
      heard += 1;
    });
    host.kill(4711, 'SIGINT');
    await aMoment();
    expect([heard, begun(), host.diedOf]).toEqual([1, 0, []]);
  });

  it('must die of the signal also where it cannot end it', async () => {
    const host = new Host();
    beforeProcessEnds(() => Promise.reject(new Error('no engine')), asHost(host));
    host.kill(4711, 'SIGINT');
    await aMoment();
    expect(host.diedOf).toEqual(['SIGINT']);
  });

  it('must end it when there is nothing left to do', async () => {
    const host = new Host();
    const { end, finish, begun } = ending();
    beforeProcessEnds(end, asHost(host));
    host.emit('beforeExit', 0);
    finish();
    await aMoment();
    host.emit('beforeExit', 0);
    expect(begun()).toBe(1);
  });

  it('must not be held up once it is called off', () => {
    const host = new Host();
    const { end, begun } = ending();
    beforeProcessEnds(end, asHost(host))();
    host.kill(4711, 'SIGINT');
    expect([begun(), host.diedOf, host.eventNames()]).toEqual([0, ['SIGINT'], []]);
  });
});
