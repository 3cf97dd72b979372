import { describe, expect, it } from 'vitest';
import { fromJson, fromProtobuf, toProtobuf } from '../../../../src/simulator/mesos/messages.js';

const CALL = 'mesos.scheduler.Call';
const UUID = 'vFR3LEwnSImENZAC6vW0MQ==';
const acknowledge = {
  framework_id: { value: 'f' },
  type: 'ACKNOWLEDGE',
  acknowledge: { agent_id: { value: 'a' }, task_id: { value: 't' }, uuid: UUID },
};

describe('a message', () => {
  it('S39 is the same in JSON and in protobuf', () => {
    expect(fromJson(CALL, acknowledge)).toEqual(acknowledge);
    expect(fromProtobuf(CALL, toProtobuf(CALL, acknowledge))).toEqual(acknowledge);
  });

  it('S39 loses what Mesos does not know, and nothing else', () => {
    const strange = { ...acknowledge, later: 1, type: 'LATER', accept: null };
    const { type: _type, ...known } = acknowledge;
    expect(fromJson(CALL, strange)).toEqual(known);
  });

  it.each([
    [[], 'Expecting a JSON object'],
    [{ framework_id: {} }, 'Missing required fields: framework_id.value'],
    [{ framework_id: 'f' }, "Not expecting a JSON string for field 'framework_id'"],
    [{ framework_id: { value: 1 } }, "Not expecting a JSON number for field 'value'"],
    [{ accept: { offer_ids: {} } }, "Not expecting a JSON object for field 'offer_ids'"],
    [{ accept: { filters: { refuse_seconds: 'soon' } } }, "Not expecting a JSON string for field 'refuse_seconds'"],
    [{ revive: [] }, "Not expecting a JSON array for field 'revive'"],
    [
      { subscribe: { framework_info: {} } },
      'Missing required fields: subscribe.framework_info.user, subscribe.framework_info.name',
    ],
    [
      { reconcile: { tasks: [{ task_id: { value: 't' } }, {}] } },
      'Missing required fields: reconcile.tasks[1].task_id',
    ],
    [
      { acknowledge: { ...acknowledge.acknowledge, uuid: 'no base64!' } },
      "Failed to base64 decode bytes field 'uuid': Invalid character",
    ],
  ])('S39 %j is refused in Mesos’ words', (json, words) => {
    expect(fromJson(CALL, json)).toBe(words);
  });

  it('S39 takes 64 bits as text, as the JSON of proto3 has them', () => {
    const kill = { task_id: { value: 't' }, kill_policy: { grace_period: { nanoseconds: '5000000000' } } };
    expect(fromJson(CALL, { kill })).toMatchObject({ kill: { kill_policy: { grace_period: { nanoseconds: 5e9 } } } });
  });

  it('S39 bytes that are no protobuf are refused', () => {
    expect(fromProtobuf(CALL, Buffer.from([0x0a, 0xff]))).toBe('Failed to parse body into Call protobuf');
  });
});
