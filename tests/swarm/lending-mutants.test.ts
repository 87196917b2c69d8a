import { describe } from 'vitest';
import { areCaught } from './caught.ts';
import { lendingMutants } from './lending-mutants.ts';

// Apart from the others, so that both play at the same time.
describe('the swarm finds a product that lends and', () => areCaught(lendingMutants));
