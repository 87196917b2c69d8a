import { expect } from 'vitest';
import { type Case, rejected } from './scenario.ts';

/** ADD, DELETE and the functions of SET. */
export const setsCases: readonly Case[] = [
  [
    'ADD counts from zero, inside maps too, and subtracts negative numbers',
    async (on) => {
      await on.put({ counts: { M: {} } });
      const names = { ExpressionAttributeNames: { '#c': 'counts' } };
      await on.update('ADD hits :two, #c.up :two', { ':two': { N: '2' } }, names);
      await on.update('ADD hits :less, #c.up :less', { ':less': { N: '-5' } }, names);
      expect(await on.attributes()).toEqual({ hits: { N: '-3' }, counts: { M: { up: { N: '-3' } } } });
    },
  ],
  [
    'ADD makes a set and adds each member once, numbers by their value',
    async (on) => {
      await on.update('ADD tags :t, ports :p', { ':t': { SS: ['a'] }, ':p': { NS: ['80'] } });
      await on.update('ADD tags :t, ports :p', { ':t': { SS: ['a', 'b'] }, ':p': { NS: ['443', '8.0E1'] } });
      const { tags, ports } = await on.attributes();
      expect(tags?.SS?.toSorted()).toEqual(['a', 'b']);
      expect(ports?.NS?.toSorted()).toEqual(['443', '80']);
    },
  ],
  [
    'ADD refuses text, and a set of another type',
    async (on) => {
      await on.put({ tags: { SS: ['a'] } });
      await rejected(
        on.update('ADD tags :t', { ':t': { S: 'b' } }),
        'Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
      );
      await rejected(on.update('ADD tags :t', { ':t': { NS: ['1'] } }), 'incorrect data type');
    },
  ],
  [
    'DELETE takes members from sets and leaves what is not there alone',
    async (on) => {
      await on.put({ tags: { SS: ['a', 'b', 'c'] }, ports: { NS: ['80', '443'] } });
      await on.update('DELETE tags :t, ports :p, absent :t', { ':t': { SS: ['b', 'x'] }, ':p': { NS: ['443.0'] } });
      const { tags, ...others } = await on.attributes();
      expect(tags?.SS?.toSorted()).toEqual(['a', 'c']);
      expect(others).toEqual({ ports: { NS: ['80'] } });
    },
  ],
  [
    'DELETE of the last member removes the attribute',
    async (on) => {
      await on.put({ tags: { SS: ['a'] }, map: { M: { ports: { NS: ['80'] } } } });
      await on.update(
        'DELETE tags :t, #m.ports :p',
        { ':t': { SS: ['a'] }, ':p': { NS: ['80'] } },
        { ExpressionAttributeNames: { '#m': 'map' } },
      );
      expect(await on.attributes()).toEqual({ map: { M: {} } });
    },
  ],
  [
    'DELETE refuses numbers, and a set of another type',
    async (on) => {
      await on.put({ tags: { SS: ['a'] } });
      await rejected(
        on.update('DELETE tags :t', { ':t': { N: '1' } }),
        'Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER',
      );
      await rejected(on.update('DELETE tags :t', { ':t': { NS: ['1'] } }), 'incorrect data type');
    },
  ],
  [
    'list_append begins a list with if_not_exists, at either end',
    async (on) => {
      const append = (value: string) =>
        on.update('SET steps = list_append(if_not_exists(steps, :none), :more)', {
          ':none': { L: [] },
          ':more': { L: [{ S: value }] },
        });
      await append('b');
      await append('c');
      await on.update('SET steps = list_append(:first, steps)', { ':first': { L: [{ S: 'a' }] } });
      expect(await on.attributes()).toEqual({ steps: { L: [{ S: 'a' }, { S: 'b' }, { S: 'c' }] } });
    },
  ],
  [
    'list_append refuses what is no list in the item',
    async (on) => {
      await on.put({ steps: { S: 'x' } });
      await rejected(
        on.update('SET steps = list_append(steps, :more)', { ':more': { L: [] } }),
        'An operand in the update expression has an incorrect data type',
      );
    },
  ],
  [
    'if_not_exists keeps what is there, and counts in a sum',
    async (on) => {
      await on.put({ first: { S: 'kept' } });
      const values = { ':s': { S: 'new' }, ':zero': { N: '0' }, ':one': { N: '1' } };
      const update = 'SET #f = if_not_exists(#f, :s), hits = if_not_exists(hits, :zero) + :one';
      const names = { ExpressionAttributeNames: { '#f': 'first' } };
      await on.update(update, values, names);
      await on.update(update, values, names);
      expect(await on.attributes()).toEqual({ first: { S: 'kept' }, hits: { N: '2' } });
    },
  ],
];
