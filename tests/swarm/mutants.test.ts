import { describe } from 'vitest';
import { areCaught } from './caught.ts';
import { mutants } from './mutants.ts';

describe('the swarm finds a product that', () => areCaught(mutants));
