import { expect } from 'vitest';
import { type Case, rejected } from './scenario.ts';

/** Functions, IN and BETWEEN in conditions, and what they refuse. */
export const conditionFunctionsCases: readonly Case[] = [
  [
    'attribute_type knows every type, and nothing that is absent',
    async (on) => {
      await on.put({
        text: { S: 'x' },
        n: { N: '1' },
        done: { BOOL: true },
        nothing: { NULL: true },
        m: { M: { deep: { SS: ['a'] } } },
        l: { L: [] },
        ns: { NS: ['1'] },
        bytes: { B: new Uint8Array([1]) },
      });
      const types = {
        '#t': 'S',
        n: 'N',
        done: 'BOOL',
        nothing: 'NULL',
        m: 'M',
        l: 'L',
        ns: 'NS',
        '#b': 'B',
        'm.deep': 'SS',
      };
      const names = (path: string) => ({ '#t': { '#t': 'text' }, '#b': { '#b': 'bytes' } })[path];
      for (const [path, type] of Object.entries(types)) {
        const condition = `attribute_type(${path}, :t)`;
        expect([path, await on.passes(condition, { ':t': { S: type } }, names(path))]).toEqual([path, true]);
        const other = type === 'S' ? 'N' : 'S';
        expect([path, await on.passes(condition, { ':t': { S: other } }, names(path))]).toEqual([path, false]);
      }
      expect(await on.passes('attribute_type(absent, :t)', { ':t': { S: 'S' } })).toBe(false);
    },
  ],
  [
    'attribute_type refuses what is no type',
    async (on) => {
      await rejected(
        on.passes('attribute_type(a, :t)', { ':t': { S: 'TEXT' } }),
        'Invalid attribute type name found; type: TEXT',
      );
      await rejected(
        on.passes('attribute_type(a, :t)', { ':t': { N: '1' } }),
        'function: attribute_type, operand type: N',
      );
    },
  ],
  [
    'size counts characters, bytes, members and entries',
    async (on) => {
      await on.put({
        s: { S: 'hello' },
        tags: { SS: ['a', 'b'] },
        ports: { NS: ['1', '2', '3'] },
        steps: { L: [{ N: '1' }] },
        m: { M: { a: { N: '1' }, b: { N: '2' } } },
        raw_bytes: { B: new Uint8Array([1, 2, 3, 4]) },
      });
      const sizes = { s: 5, tags: 2, ports: 3, steps: 1, m: 2, raw_bytes: 4 };
      for (const [path, size] of Object.entries(sizes)) {
        expect([path, await on.passes(`size(${path}) = :n`, { ':n': { N: String(size) } })]).toEqual([path, true]);
        expect([path, await on.passes(`size(${path}) > :n`, { ':n': { N: String(size) } })]).toEqual([path, false]);
      }
      expect(await on.passes('size(absent) < :n', { ':n': { N: '9' } })).toBe(false);
      expect(await on.passes('size(s) BETWEEN :a AND :b', { ':a': { N: '5' }, ':b': { N: '6' } })).toBe(true);
      expect(await on.passes('size(:list) = size(steps)', { ':list': { L: [{ S: 'x' }] } })).toBe(true);
    },
  ],
  [
    'size of a number does not compare, and a number value is refused',
    async (on) => {
      await on.put({ n: { N: '5' } });
      expect(await on.passes('size(n) >= :n', { ':n': { N: '0' } })).toBe(false);
      await rejected(on.passes('size(:n) = :n', { ':n': { N: '1' } }), 'function: size, operand type: N');
    },
  ],
  [
    'contains finds text in text and members of sets and lists, of their type only',
    async (on) => {
      await on.put({ s: { S: 'abc' }, tags: { SS: ['ab', 'c'] }, ports: { NS: ['80'] }, steps: { L: [{ N: '1' }] } });
      expect(await on.passes('contains(s, :x)', { ':x': { S: 'bc' } })).toBe(true);
      expect(await on.passes('contains(tags, :x)', { ':x': { S: 'a' } })).toBe(false);
      expect(await on.passes('contains(tags, :x)', { ':x': { S: 'ab' } })).toBe(true);
      expect(await on.passes('contains(ports, :x)', { ':x': { N: '80.0' } })).toBe(true);
      expect(await on.passes('contains(ports, :x)', { ':x': { S: '80' } })).toBe(false);
      expect(await on.passes('contains(steps, :x)', { ':x': { N: '1' } })).toBe(true);
      expect(await on.passes('contains(absent, :x)', { ':x': { S: 'a' } })).toBe(false);
    },
  ],
  [
    'IN compares by type and value, with attributes too',
    async (on) => {
      await on.put({ n: { N: '5' }, same: { N: '5.0' } });
      expect(await on.passes('n IN (:a)', { ':a': { S: '5' } })).toBe(false);
      expect(await on.passes('n IN (:a, same)', { ':a': { N: '4' } })).toBe(true);
      expect(await on.passes('NOT n IN (:a)', { ':a': { N: '4' } })).toBe(true);
      expect(await on.passes('absent IN (:a)', { ':a': { N: '4' } })).toBe(false);
    },
  ],
  [
    'BETWEEN includes both ends and compares numbers as numbers',
    async (on) => {
      await on.put({ n: { N: '10' }, s: { S: 'm' } });
      const between = (a: string, b: string) => on.passes('n BETWEEN :a AND :b', { ':a': { N: a }, ':b': { N: b } });
      expect(await between('9', '10')).toBe(true);
      expect(await between('10', '11')).toBe(true);
      expect(await between('10.1', '11')).toBe(false);
      expect(await on.passes('s BETWEEN :a AND :b', { ':a': { S: 'a' }, ':b': { S: 'lz' } })).toBe(false);
      await rejected(
        between('11', '10'),
        'The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
      );
    },
  ],
];
