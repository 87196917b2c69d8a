import { describe, expect, test } from 'vitest';
import { fittedName } from '../../../shared/core/fitted-name.ts';
import { taskShapeOf } from '../../../shared/core/task-shape.ts';

const ports = [
  { containerPort: 80, hostPort: 8080 },
  { containerPort: 81, hostPort: 0 },
  { containerPort: 53, hostPort: 53, protocol: 'udp' },
  { containerPort: 82 },
];

describe('the shape of a task', () => {
  test('is its own size where it has one', () => {
    const shape = taskShapeOf({ cpu: '512', memory: '1024', containerDefinitions: [{ cpu: 10, memory: 100 }] });
    expect(shape).toMatchObject({ cpu: 512, memory: 1_024 });
  });

  test('is else the sum of its containers, of whose memory the soft limit counts', () => {
    const containerDefinitions = [{ cpu: 100, memory: 300, memoryReservation: 128 }, { memory: 64 }, { cpu: 28 }];
    expect(taskShapeOf({ containerDefinitions })).toMatchObject({ cpu: 128, memory: 192 });
  });

  test.each([
    [undefined, undefined],
    [{}, undefined],
    [{ cpuArchitecture: 'ARM64' }, 'arm64'],
    [{ cpuArchitecture: 'X86_64' }, 'x86_64'],
  ] as const)('asks with the runtime platform %o for the architecture %s', (runtimePlatform, architecture) => {
    expect(taskShapeOf({ ...(runtimePlatform && { runtimePlatform }) }).architecture).toBe(architecture);
  });

  test.each([
    ['bridge', [8080], [53]],
    [undefined, [8080], [53]],
    ['host', [8080, 81, 82], [53]],
    ['awsvpc', [], []],
  ])('has the fixed ports of its host in network mode %s', (networkMode, tcp, udp) => {
    const shape = taskShapeOf({ networkMode, containerDefinitions: [{ portMappings: ports }] });
    expect(shape).toMatchObject({ tcp, udp, interfaces: networkMode === 'awsvpc' ? 1 : 0 });
  });

  test('has the GPUs of its containers', () => {
    const gpus = (value: string) => ({ resourceRequirements: [{ type: 'GPU', value }] });
    expect(taskShapeOf({ containerDefinitions: [gpus('2'), gpus('1'), {}] }).gpus).toBe(3);
    expect(taskShapeOf({ containerDefinitions: [gpus('ALL')] }).gpus).toBe(1);
  });

  test('names what its instance must have', () => {
    const shape = taskShapeOf({
      taskDefinitionArn: 'arn:web:1',
      requiresAttributes: [{ name: 'ecs.capability.task-eni' }, {}],
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.os-type == linux' }],
    });
    expect(shape).toMatchObject({
      definition: 'arn:web:1',
      requires: ['ecs.capability.task-eni'],
      memberOf: ['attribute:ecs.os-type == linux'],
    });
  });
});

describe('a name with an ending', () => {
  test('is left as it is when it fits', () => {
    expect(fittedName('web', '-fargate')).toBe('web-fargate');
    expect(fittedName('w'.repeat(247), '-fargate')).toHaveLength(255);
  });

  test('is cut when it does not, and stays apart from others that begin alike', () => {
    const long = 'w'.repeat(260);
    const names = [`${long}a`, `${long}b`].map((name) => fittedName(name, '-fargate'));
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^w+-[0-9a-f]{16}-fargate$/);
    expect(names.map(({ length }) => length)).toEqual([255, 255]);
  });
});
