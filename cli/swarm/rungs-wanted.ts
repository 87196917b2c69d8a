import type { EcsService } from '../../sim/ecs/model.ts';

const TAG = 'spotkeeper:failover';

/** The rungs that a service asks for, in order: by its own tag, or its cluster's. One on Fargate begins after its own. */
export function rungsWanted({ tags, cluster, status, scheduling, deployments }: EcsService): readonly string[] {
  const text = tags[TAG] ?? cluster.tags[TAG] ?? 'none';
  if (text === 'none' || status !== 'ACTIVE' || scheduling !== 'REPLICA') return [];
  const rungs = text.split('/');
  const launch = deployments[0]?.launch;
  const providers = (launch?.strategy ?? []).map(({ capacityProvider }) => capacityProvider);
  if (providers.includes('FARGATE_SPOT')) return rungs.filter((rung) => rung === 'fargate');
  return launch?.launchType === 'FARGATE' || providers.includes('FARGATE') ? [] : rungs;
}
