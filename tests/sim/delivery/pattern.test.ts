import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../sim/delivery/pattern.ts';

const event = {
  source: 'aws.ecs',
  'detail-type': 'ECS Task State Change',
  resources: ['arn:one', 'arn:two'],
  detail: {
    status: 'ACTIVE',
    count: 3,
    ready: true,
    reason: null,
    empty: [],
    containers: [
      { name: 'app', exitCode: 0 },
      { name: 'proxy', exitCode: 137 },
    ],
  },
};

describe('an event pattern', () => {
  it.each<[string, object, boolean]>([
    ['an exact string', { source: ['aws.ecs'] }, true],
    ['another string', { source: ['aws.ec2'] }, false],
    ['one of several strings', { source: ['aws.ec2', 'aws.ecs'] }, true],
    ['all fields', { source: ['aws.ecs'], detail: { status: ['DRAINING'] } }, false],
    ['a number', { detail: { count: [3] } }, true],
    ['a number as a string', { detail: { count: ['3'] } }, false],
    ['a boolean', { detail: { ready: [true] } }, true],
    ['null', { detail: { reason: [null] } }, true],
    ['null where the field is absent', { detail: { absent: [null] } }, false],
    ['any element of an array', { resources: ['arn:two'] }, true],
    ['no element of an array', { resources: ['arn:three'] }, false],
    [
      'two fields of the same object in an array',
      { detail: { containers: { name: ['proxy'], exitCode: [137] } } },
      true,
    ],
    [
      'two fields of different objects in an array',
      { detail: { containers: { name: ['app'], exitCode: [137] } } },
      false,
    ],
    ['a prefix', { source: [{ prefix: 'aws.' }] }, true],
    ['a prefix in another case', { source: [{ prefix: 'AWS.' }] }, false],
    ['a prefix ignoring case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }, true],
    ['a suffix', { 'detail-type': [{ suffix: 'Change' }] }, true],
    ['equality ignoring case', { detail: { status: [{ 'equals-ignore-case': 'active' }] } }, true],
    ['anything but the value', { detail: { status: [{ 'anything-but': 'ACTIVE' }] } }, false],
    ['anything but others', { detail: { status: [{ 'anything-but': ['INACTIVE', 'DRAINING'] }] } }, true],
    ['anything but a number', { detail: { count: [{ 'anything-but': [3, 4] }] } }, false],
    ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'aws.' } }] }, false],
    ['anything but several prefixes', { source: [{ 'anything-but': { prefix: ['my.', 'your.'] } }] }, true],
    ['anything but, where the field is absent', { detail: { absent: [{ 'anything-but': 'x' }] } }, false],
    ['a lower bound', { detail: { count: [{ numeric: ['>', 3] }] } }, false],
    ['a range', { detail: { count: [{ numeric: ['>=', 3, '<', 4] }] } }, true],
    ['numeric equality', { detail: { count: [{ numeric: ['=', 3] }] } }, true],
    ['a number, where the field is a string', { detail: { status: [{ numeric: ['<', 3] }] } }, false],
    ['presence', { detail: { status: [{ exists: true }] } }, true],
    ['presence of null', { detail: { reason: [{ exists: true }] } }, true],
    ['absence', { detail: { absent: [{ exists: false }] } }, true],
    ['absence below an absent object', { detail: { absent: { deeper: [{ exists: false }] } } }, true],
    ['absence of an empty array', { detail: { empty: [{ exists: false }] } }, true],
    ['absence of a present field', { detail: { status: [{ exists: false }] } }, false],
    ['a value or a test', { detail: { status: ['DRAINING', { prefix: 'ACT' }] } }, true],
    ['one of two patterns', { $or: [{ source: ['aws.ec2'] }, { detail: { count: [3] } }] }, true],
    ['none of two patterns', { $or: [{ source: ['aws.ec2'] }, { detail: { count: [4] } }] }, false],
    [
      'one of two patterns and a field',
      { source: ['aws.ec2'], $or: [{ detail: { count: [3] } }, { detail: { count: [4] } }] },
      false,
    ],
  ])('asks for %s', (_, pattern, expected) => {
    expect(compilePattern(pattern)(event)).toBe(expected);
  });

  it.each<[string, unknown]>([
    ['a value outside a list', { source: 'aws.ecs' }],
    ['an empty list', { source: [] }],
    ['an empty object', { detail: {} }],
    ['no field at all', {}],
    ['a list in a list', { source: [['aws.ecs']] }],
    ['an unknown operator', { source: [{ like: 'x' }] }],
    ['two operators at once', { source: [{ prefix: 'a', suffix: 'b' }] }],
    ['a prefix that is no string', { source: [{ prefix: 1 }] }],
    ['half a comparison', { detail: { count: [{ numeric: ['>'] }] } }],
    ['an unknown comparison', { detail: { count: [{ numeric: ['!=', 1] }] } }],
    ['exists with a string', { source: [{ exists: 'true' }] }],
    ['anything-but of mixed kinds', { source: [{ 'anything-but': ['a', 1] }] }],
    ['a single alternative in $or', { $or: [{ source: ['a'] }] }],
  ])('is refused with %s', (_, pattern) => {
    expect(() => compilePattern(pattern)).toThrow('Event pattern is not valid');
  });
});
