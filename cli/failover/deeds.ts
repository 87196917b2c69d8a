import { STANDBY_OF } from '../../shared/model/lending.ts';
import type { SimulatedAccount } from '../../sim/account.ts';
import type { LoggedCall } from '../../sim/calls.ts';
import type { EcsService } from '../../sim/ecs/model.ts';
import type { Region } from '../../sim/world/region.ts';
import { rungOf } from './lending-log.ts';

type Input = Readonly<Record<string, unknown>>;

const CHANGES = new Set(['UpdateService', 'DeleteService', 'TagResource', 'UntagResource']);

/**
 * Watches what spotkeeper does to services while an account runs: it changes and deletes standbys only, never writes a
 * main service's desired count, and makes one standby for each rung.
 * @param violated is told one sentence for each breach, as it happens
 */
export function watchDeeds(region: Region, account: SimulatedAccount, violated: (sentence: string) => void): void {
  account.endpoint.onCall((call, input) => {
    if (call.service !== 'ecs' || !call.caller.startsWith('spotkeeper')) return;
    if (CHANGES.has(call.operation)) ownOnly(region, { call, input, violated });
    if (call.operation === 'CreateService' && call.outcome === 'ok') oneForEachRung(region, { call, input, violated });
  });
}

type Deed = { readonly call: LoggedCall; readonly input: Input; readonly violated: (sentence: string) => void };

function ownOnly(region: Region, { call, input, violated }: Deed): void {
  const service = serviceOf(region, input);
  if (!service || service.tags[STANDBY_OF] !== undefined) return;
  const what = input.desiredCount === undefined ? '' : ` with desiredCount ${input.desiredCount}`;
  violated(`only standbys are changed, but ${call.operation}${what} was called for ${service.name}`);
}

function oneForEachRung(region: Region, { input, violated }: Deed): void {
  const made = serviceOf(region, { ...input, service: input.serviceName });
  if (!made) return;
  const rung = rungOf(made);
  if (rung === undefined) {
    violated(`${made.name} was created without the tags of a standby`);
    return;
  }
  const twins = [...made.cluster.services.values()].filter(
    (one) => one.status === 'ACTIVE' && one.tags[STANDBY_OF] === made.tags[STANDBY_OF] && rungOf(one) === rung,
  );
  if (twins.length > 1) violated(`${made.tags[STANDBY_OF]} has ${twins.length} standbys on ${rung}`);
}

function serviceOf(region: Region, input: Input): EcsService | undefined {
  const reference = String(input.service ?? input.resourceArn ?? '');
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const cluster = String(input.cluster ?? reference.split('/')[1] ?? 'default');
  const { clusters } = region.parts.ecs.state;
  return clusters.get(cluster.slice(cluster.lastIndexOf('/') + 1))?.services.get(name);
}
