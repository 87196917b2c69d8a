import { accountOf } from '../../cli/run-drill.ts';

/** Every operation that a simulated account answers, by service, in alphabetical order. */
export const implementedOperations = (): Readonly<Record<string, readonly string[]>> => {
  const { account } = accountOf({ build: () => undefined }, 1);
  return Object.fromEntries(
    account.endpoint.services.map(({ id, operations }) => [id, Object.keys(operations).sort()]),
  );
};
