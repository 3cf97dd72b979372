import { describe, expect, it } from 'vitest';
import { attributesTaken, formatResources, resourcesTaken } from '../../../src/components/resources.js';
import { resources } from '../../support/worlds.js';

describe('resources', () => {
  it('are written as MESOS_RESOURCES reads them, each role by itself', () => {
    const cpus = [
      { role: '*', value: 0.5 },
      { role: 'web', value: 2 },
    ];
    expect(formatResources(resources({ cpus, ports: [{ role: '*', value: '[31000-32000, 33000-33010]' }] }))).toBe(
      'ports(*):[31000-32000, 33000-33010]; cpus(*):0.5; cpus(web):2; mem(*):1024; disk(*):2000',
    );
  });
});

describe('an agent recovers', () => {
  it.each([
    ['the same', 'cpus(*):4; mem(*):1024', 'cpus(*):4; mem(*):1024'],
    ['another order', 'cpus(*):4; mem(*):1024', 'mem(*):1024; cpus(*):4'],
    ['other blanks', 'cpus(*):4;mem(*):1024', ' cpus(*) : 4 ;  mem(*):1024 ;'],
    ['more of a scalar', 'cpus(*):0.5', 'cpus(*):0.75'],
    ['another kind beside', 'cpus(*):4', 'cpus(*):4; disk(*):1'],
    ['another role beside', 'cpus(*):4', 'cpus(*):4; cpus(web):1'],
    ['a wider range', 'ports(*):[31000-32000]', 'ports(*):[30000-32000]'],
    ['one range more', 'ports(*):[31000-32000]', 'ports(*):[31000-32000, 33000-33010]'],
    ['ranges that join', 'ports(*):[31000-32000]', 'ports(*):[31500-32000, 31000-31499]'],
    ['ranges that overlap', 'ports(*):[31000-32000]', 'ports(*):[31400-32000, 31000-31500]'],
    ['one range in two words', 'ports(*):[31000-31499,31500-32000]', 'ports(*):[31000-32000]'],
  ])('with %s', (_what, before, after) => {
    expect(resourcesTaken(before, after)).toBeUndefined();
  });

  it.each([
    ['less of a scalar', 'cpus(*):4', 'cpus(*):3.9', 'cpus(*) goes from 4 to 3.9'],
    ['less of one role', 'cpus(*):4; cpus(web):2', 'cpus(*):8; cpus(web):1', 'cpus(web) goes from 2 to 1'],
    ['a role less', 'cpus(*):4; cpus(web):2', 'cpus(*):8', 'cpus(web) goes'],
    ['a role renamed', 'mem(web):2', 'mem(shop):2', 'mem(web) goes'],
    [
      'a narrower range',
      'ports(*):[31000-32000]',
      'ports(*):[31000-31999]',
      'ports(*) goes from [31000-32000] to [31000-31999]',
    ],
    [
      'a gap in a range',
      'ports(*):[31000-32000]',
      'ports(*):[31000-31500, 31502-32000]',
      'ports(*) goes from [31000-32000] to [31000-31500, 31502-32000]',
    ],
    ['one range of two', 'ports(*):[1-2, 5-6]', 'ports(*):[1-2]', 'ports(*) goes from [1-2, 5-6] to [1-2]'],
  ])('not with %s, and the plan names it', (_what, before, after, why) => {
    expect(resourcesTaken(before, after)).toBe(why);
  });
});

describe('attributes', () => {
  it.each([
    ['none before', '', 'rack:a'],
    ['the same', 'rack:a;zone:b', 'rack:a;zone:b'],
    ['another order', 'rack:a;zone:b', ' zone:b; rack:a '],
    ['one more', 'rack:a', 'rack:a;ssd:true'],
    ['colons in the value', 'url:http://a:80', 'url:http://a:80;rack:a'],
  ])('are recovered with: %s', (_what, before, after) => {
    expect(attributesTaken(before, after)).toBeUndefined();
  });

  it.each([
    ['one changed', 'rack:a;zone:b', 'rack:b;zone:b', 'attribute rack goes from a to b'],
    ['one less', 'rack:a;zone:b', 'zone:b', 'attribute rack goes'],
    ['all gone', 'rack:a', '', 'attribute rack goes'],
    ['a number, which is no amount', 'level:10', 'level:11', 'attribute level goes from 10 to 11'],
  ])('are not recovered with: %s', (_what, before, after, why) => {
    expect(attributesTaken(before, after)).toBe(why);
  });
});
