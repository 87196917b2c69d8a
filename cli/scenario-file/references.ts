import { PolicyError, policyFromEnv } from '../../shared/policy.ts';
import { settings } from '../../shared/settings.ts';
import { STORY_AT_SECONDS } from '../scenario.ts';
import type { GroupPart } from './account-format.ts';
import type { ScenarioFile } from './format.ts';
import { notAmong, ScenarioFileError, wrong } from './read.ts';

/** Checks that every name points to something and that no name is given twice. @throws ScenarioFileError */
export function checkReferences(file: ScenarioFile): void {
  const names = namesOf(file);
  checkAccount(file, names);
  checkSimulation(file, names);
}

type Names = ReturnType<typeof namesOf>;

const namesOf = ({ account }: ScenarioFile) => ({
  clusters: unique('clusters', 'clusterName', account.clusters),
  families: unique('taskDefinitions', 'family', account.taskDefinitions),
  targetGroups: unique('targetGroups', 'Name', account.targetGroups),
  groups: unique('autoScalingGroups', 'AutoScalingGroupName', account.autoScalingGroups),
});

function unique<N extends string>(list: string, name: N, items: readonly Readonly<Record<N, string>>[]): string[] {
  const names = items.map((item) => item[name]);
  const index = names.findIndex((one, position) => names.indexOf(one) < position);
  if (index < 0) return names;
  const before = names.indexOf(names[index] ?? '');
  throw new ScenarioFileError(
    `account.${list}[${index}].${name} is ${JSON.stringify(names[index])}; account.${list}[${before}] has that name already`,
  );
}

function checkAccount({ account }: ScenarioFile, names: Names): void {
  const { services, tasks, autoScalingGroups, instances } = account;
  const seen = new Set<string>();
  for (const [index, service] of services.entries()) {
    const place = `account.services[${index}]`;
    pointsTo(`${place}.cluster`, service.cluster, names.clusters);
    pointsTo(`${place}.taskDefinition`, service.taskDefinition, names.families);
    pointsTo(`${place}.targetGroup`, service.targetGroup, names.targetGroups);
    const known = providersOf(account, service.cluster);
    for (const [at, item] of service.capacityProviderStrategy.entries()) {
      pointsTo(`${place}.capacityProviderStrategy[${at}].capacityProvider`, item.capacityProvider, known);
    }
    once(`${place}.serviceName`, `${service.cluster}/${service.serviceName}`, seen);
  }
  for (const [index, task] of tasks.entries()) {
    pointsTo(`account.tasks[${index}].cluster`, task.cluster, names.clusters);
    pointsTo(`account.tasks[${index}].taskDefinition`, task.taskDefinition, names.families);
  }
  for (const [index, group] of autoScalingGroups.entries()) {
    pointsTo(`account.autoScalingGroups[${index}].cluster`, group.cluster, names.clusters);
    checkSizes(`account.autoScalingGroups[${index}]`, group);
    for (const [at, pool] of group.Instances.entries()) {
      inRegion(`account.autoScalingGroups[${index}].Instances[${at}]`, pool, account.region);
    }
  }
  for (const [index, instance] of instances.entries()) {
    pointsTo(`account.instances[${index}].cluster`, instance.cluster, names.clusters);
    inRegion(`account.instances[${index}]`, instance, account.region);
  }
}

const providersOf = ({ clusters, autoScalingGroups }: ScenarioFile['account'], cluster: string): string[] => [
  ...(clusters.find(({ clusterName }) => clusterName === cluster)?.capacityProviders ?? []),
  ...autoScalingGroups.flatMap((group) => (group.cluster === cluster ? (group.capacityProvider ?? []) : [])),
];

function checkSimulation({ account, simulation }: ScenarioFile, names: Names): void {
  checkSettings(simulation.settings);
  for (const family of Object.keys(simulation.workload)) pointsTo('simulation.workload', family, names.families);
  for (const group of Object.keys(simulation.traffic)) pointsTo('simulation.traffic', group, names.targetGroups);
  for (const group of Object.keys(simulation.autoScalingGroups)) {
    pointsTo('simulation.autoScalingGroups', group, names.groups);
  }
  for (const [index, part] of simulation.capacity.entries()) {
    if ('AvailabilityZone' in part) inRegion(`simulation.capacity[${index}]`, part, account.region);
  }
  for (const [index, step] of simulation.story.entries()) {
    const place = `simulation.story[${index}]`;
    const last = simulation.seconds - STORY_AT_SECONDS;
    if (step.at > last) throw wrong(`${place}.at`, step.at, `at most ${last}, when the drill ends`);
    if (step.do === 'scaleIn') pointsTo(`${place}.autoScalingGroup`, step.autoScalingGroup, names.groups);
    if ('AvailabilityZone' in step) inRegion(place, step, account.region);
    if (step.do !== 'setDesiredCount' && step.do !== 'deploy') continue;
    pointsTo(`${place}.cluster`, step.cluster, names.clusters);
    const services = account.services.filter(({ cluster }) => cluster === step.cluster);
    pointsTo(
      `${place}.service`,
      step.service,
      services.map(({ serviceName }) => serviceName),
    );
  }
}

function checkSettings(given: ScenarioFile['simulation']['settings']): void {
  const known = Object.values(settings).map(({ env }) => env);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw notAmong(`simulation.settings, a name in it,`, name, known);
  }
  try {
    policyFromEnv(given);
  } catch (error) {
    if (error instanceof PolicyError) throw new ScenarioFileError(`simulation.settings: ${error.message}`);
    throw error;
  }
}

function pointsTo(place: string, name: string | undefined, known: readonly string[]): void {
  if (name !== undefined && !known.includes(name)) throw notAmong(place, name, known);
}

function checkSizes(place: string, { MinSize, MaxSize, Instances }: GroupPart): void {
  if (MinSize > MaxSize) throw wrong(`${place}.MinSize`, MinSize, `at most MaxSize, which is ${MaxSize}`);
  const count = Instances.reduce((sum, { Count }) => sum + Count, 0);
  if (count >= MinSize && count <= MaxSize) return;
  throw wrong(`${place}.Instances, counted,`, count, `${MinSize} to ${MaxSize}, the sizes of the group`);
}

function inRegion(place: string, { AvailabilityZone }: { readonly AvailabilityZone: string }, region: string): void {
  if (AvailabilityZone.slice(0, -1) === region) return;
  throw wrong(`${place}.AvailabilityZone`, AvailabilityZone, `a zone of ${region}, the account's Region`);
}

function once(place: string, name: string, seen: Set<string>): void {
  if (seen.has(name))
    throw new ScenarioFileError(`${place} is ${JSON.stringify(name)}, which an entry before has already`);
  seen.add(name);
}
