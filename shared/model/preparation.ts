import type { Instant } from './instant.ts';
import type { Told } from './lending.ts';

/** Whose turn it is to make the standbys of a cluster: of two passes one makes them, so that nothing is made twice. */
export type Preparation = {
  readonly is: 'preparation';
  readonly region: string;
  readonly cluster: string;
  /** Until then a pass may be at it. */
  readonly until: Instant;
  /** The service with which the last pass ended: the next one begins behind it. */
  readonly after: string | undefined;
  /** What passes had to tell, so that it is told once. */
  readonly told?: Told;
  readonly version: number;
  readonly by: string;
  readonly expiresAt: Instant;
};
