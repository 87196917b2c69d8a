import { describe, expect, test } from 'vitest';
import { realCatalogue } from '../../../../bench/real-catalogue.ts';
import { candidatesOf, type Runs } from '../../../../shared/core/offerings/candidates.ts';
import type { InstanceType } from '../../../../shared/model/offerings.ts';
import { allTypes } from '../../../../sim/ec2/instance-type.ts';
import { catalogueOf, demandOf, typeOf, zones } from './market.ts';

const x86 = { architecture: 'x86_64', virtualization: 'hvm' };
const policy = { typeChoice: 'like', localStorage: 'avoid', burstable: 'avoid' } as const;

const group = (given: Partial<Runs> = {}): Runs => ({
  own: ['m5.large'],
  pinned: new Set(),
  image: x86,
  demand: demandOf({}),
  zones,
  policy,
  ...given,
});

const own = typeOf('m5.large');

/** What a group of m5.large may run of m5.large and `types`. */
const among = (types: readonly InstanceType[], given: Partial<Runs> = {}) =>
  candidatesOf(catalogueOf([own, ...types]), group(given)).types.map(({ type }) => type);

const beside = (other: InstanceType, given: Partial<Runs> = {}) => among([other], given).includes(other.type);

describe('beside its own types a group may run', () => {
  test.each([
    ['one of like size', {}, true],
    ['one of more vCPUs', { vcpus: 4, memoryMiB: 16_384 }, false],
    ['one of twice the memory', { memoryMiB: 16_384 }, true],
    ['one of more than twice the memory', { memoryMiB: 16_385 }, false],
    ['one of less memory', { memoryMiB: 8_191 }, false],
    ['one of another architecture', { architectures: ['arm64'] }, false],
    ['one that runs both architectures', { architectures: ['i386', 'x86_64'] }, true],
    ['one that starts no such image', { virtualization: ['paravirtual'] }, false],
    ['one that cannot be had on Spot', { spot: false }, false],
    ['bare metal', { bareMetal: true }, false],
    ['one with GPUs that no task wants', { gpus: 1 }, false],
    ['one with local storage', { localStorage: true }, false],
    ['a burstable one', { burstable: true }, false],
    ['one that EC2 calls old, but is none older than its own', { currentGeneration: false }, true],
  ])('%s: %o, %s', (_, given, may) => {
    expect(beside(typeOf('m6i.large', given))).toBe(may);
  });

  test('its own of another architecture, if that has an image of its own', () => {
    const arm = typeOf('m6g.large', { architectures: ['arm64'] });
    const types = (pinned: readonly string[]) => among([arm], { own: ['m5.large', arm.type], pinned: new Set(pinned) });
    expect(types([])).toEqual(['m5.large']);
    expect(types([arm.type])).toEqual(['m5.large', arm.type]);
  });

  test('none of an old generation', () => {
    expect(beside(typeOf('m4.large', { currentGeneration: false }))).toBe(false);
  });

  test('local storage and burstable types where policy allows them', () => {
    expect(beside(typeOf('m6id.large', { localStorage: true }), { policy: { ...policy, localStorage: 'allow' } })).toBe(
      true,
    );
    expect(beside(typeOf('t3.large', { burstable: true }), { policy: { ...policy, burstable: 'allow' } })).toBe(true);
  });

  test('no burstable types when awsvpc tasks rely on trunk interfaces, whatever policy allows', () => {
    const demand = { ...demandOf({ interfaces: 1 }), trunking: true };
    expect(beside(typeOf('t3.large', { burstable: true }), { demand, policy: { ...policy, burstable: 'allow' } })).toBe(
      false,
    );
  });

  test.each(['inf1.large', 'trn1.large', 'f1.large', 'mac2.large', 'hpc7a.large', 'g4ad.large'])(
    'no %s, whose hardware nobody asked for',
    (type) => {
      expect(beside(typeOf(type))).toBe(false);
    },
  );

  test('only types with local storage when all its own have it: tasks may rely on it', () => {
    const store = { localStorage: true };
    const catalogue = catalogueOf([typeOf('m5d.large', store), typeOf('m6id.large', store), typeOf('m6i.large')]);
    const { types } = candidatesOf(catalogue, group({ own: ['m5d.large'] }));
    expect(types.map(({ type }) => type)).toEqual(['m5d.large', 'm6id.large']);
  });

  test('larger and smaller types with `wide`, up to four times the vCPUs, if they hold its tasks', () => {
    const types = [
      typeOf('c6i.medium', { vcpus: 1, memoryMiB: 2_048 }),
      typeOf('c6i.nano', { vcpus: 1, memoryMiB: 1_024 }),
      typeOf('c6i.2xlarge', { vcpus: 8, memoryMiB: 16_384 }),
      typeOf('c6i.4xlarge', { vcpus: 16, memoryMiB: 32_768 }),
    ];
    const wide = { policy: { ...policy, typeChoice: 'wide' } } as const;
    expect(among(types, wide)).toEqual(['m5.large', 'c6i.medium', 'c6i.2xlarge']);
    expect(among(types, { ...wide, demand: demandOf() })).toEqual(['m5.large', 'c6i.2xlarge']);
  });

  test('nothing with `fixed`', () => {
    expect(among([typeOf('m6i.large')], { policy: { ...policy, typeChoice: 'fixed' } })).toEqual(['m5.large']);
  });

  test('nothing when its image is not known, and is told so', () => {
    const { types, note } = candidatesOf(catalogueOf([own, typeOf('m6i.large')]), group({ image: undefined }));
    expect(types).toEqual([own]);
    expect(note).toBe('its image is not known: only its own types are considered');
  });
});

describe('its own types', () => {
  test('stay candidates though they are bare metal, burstable, old, or have local storage', () => {
    const odd = typeOf('t1.metal', {
      bareMetal: true,
      burstable: true,
      localStorage: true,
      currentGeneration: false,
      spot: false,
    });
    const { types, refused } = candidatesOf(catalogueOf([odd]), group({ own: ['t1.metal'] }));
    expect([types, refused.size]).toEqual([[odd], 0]);
  });

  test('are refused with a reason', () => {
    const arm = typeOf('m6g.large', { architectures: ['arm64'] });
    const pv = typeOf('m1.large', { virtualization: ['paravirtual'] });
    const small = typeOf('m5.small', { memoryMiB: 1_024 });
    const types = catalogueOf([arm, pv, small, own]).types;
    const offered = new Map([...types.keys()].map((type) => [type, new Set(type === 'm5.large' ? ['us-1a'] : zones)]));
    const all = ['m9.large', ...types.keys()];
    const { refused, types: left } = candidatesOf({ types, zones: offered }, group({ own: all }));
    expect(left).toEqual([]);
    expect(Object.fromEntries(refused)).toEqual({
      'm9.large': 'EC2 does not know it in this region',
      'm6g.large': 'it is arm64, the image x86_64',
      'm1.large': 'it starts paravirtual images, the image is hvm',
      'm5.small': 'a task of web needs 1024 MiB of memory, m5.small has beside the daemons 962',
      'm5.large': 'it is not offered in eu-west-1a, eu-west-1b, eu-west-1c',
    });
  });

  test('are not refused when EC2 tells of no types at all', () => {
    expect(candidatesOf({ types: new Map(), zones: new Map() }, group())).toEqual({
      types: [],
      refused: new Map(),
      note: 'EC2 told of no instance types',
    });
  });

  test('are needed to find others', () => {
    const note = (names: readonly string[]) => candidatesOf(catalogueOf([own]), group({ own: names })).note;
    expect(note([])).toBe('it names no instance types of its own');
    expect(note(['m9.large', 'm9.xlarge'])).toBe('EC2 knows none of its own types m9.large, m9.xlarge');
  });
});

test('a group of m5.large is offered the types that are like it', () => {
  const { types } = candidatesOf(realCatalogue(allTypes(), zones), group());
  const names = types.map(({ type }) => type);
  expect(names).toEqual(expect.arrayContaining(['m5.large', 'm5a.large', 'm6i.large', 'm7i.large', 'r6i.large']));
  expect(names.filter((name) => !/^[mr]\d[a-z-]*\.large$/.test(name))).toEqual([]);
});
