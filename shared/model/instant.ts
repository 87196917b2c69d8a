/** A point in time, epoch milliseconds; branded so that a duration is never passed for it. */
export type Instant = number & { readonly __unit: 'epochMs' };

export const instant = (epochMs: number): Instant => epochMs as Instant;

/** The instant `ms` milliseconds after (or, negative, before) `at`. */
export const later = (at: Instant, ms: number): Instant => (at + ms) as Instant;

export const earlier = (a: Instant, b: Instant): Instant => (a <= b ? a : b);
