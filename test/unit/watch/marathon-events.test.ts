import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MarathonWatch } from '../../../src/watch/marathon-events.js';
import { jumpingClock } from '../../support/jumping-clock.js';

let server: Server;
let address: string;
let streams: ServerResponse[];
let accepted: (string | undefined)[];
let pokes: string[];
let watch: MarathonWatch;

beforeEach(async () => {
  [streams, accepted, pokes] = [[], [], []];
  server = createServer((request, response) => {
    accepted.push(request.headers.accept);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    streams.push(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  watch = new MarathonWatch(jumpingClock(), (reason) => void pokes.push(reason));
});
afterEach(() => {
  watch.close();
  for (const each of streams) each.destroy();
  server.close();
});

const event = (name: string) => `event: ${name}\r\ndata: {"eventType":"${name}"}\r\n\r\n`;
const connected = (times: number) => vi.waitFor(() => expect(streams).toHaveLength(times));

describe('L42 the events of a Marathon', () => {
  it('L42 poke where they say something of an app, and in whatever pieces they come', async () => {
    watch.follow(address);
    await connected(1);
    expect(accepted).toEqual(['text/event-stream']);
    const text = event('event_stream_attached') + event('deployment_success') + event('status_update_event');
    for (const piece of text.match(/.{1,7}/gs) ?? []) streams[0]?.write(piece);
    await vi.waitFor(() => expect(pokes).toEqual(['marathon: deployment_success', 'marathon: status_update_event']));
  });

  it('L42 are asked for again when their stream was lost', async () => {
    watch.follow(address);
    await connected(1);
    streams[0]?.destroy();
    await connected(2);
    streams[1]?.write(event('app_terminated_event'));
    await vi.waitFor(() => expect(pokes).toEqual(['marathon: app_terminated_event']));
  });

  it('L42 are followed once, however often the same address is told', async () => {
    watch.follow(address);
    watch.follow(address);
    await connected(1);
    watch.follow(undefined);
    await vi.waitFor(() => expect(streams[0]?.destroyed).toBe(true));
    expect(streams).toHaveLength(1);
  });
});
