/** Starts to measure. @returns the seconds of wall time since then */
export function stopwatch(): () => number {
  const from = performance.now();
  return () => (performance.now() - from) / 1000;
}
