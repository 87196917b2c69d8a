import type { Failure } from '@aws-sdk/client-ecs';
import { AwsError } from '../service.ts';
import { nextProvider } from './capacity-providers/shares.ts';
import { isFargate } from './capacity-providers/strategy.ts';
import type { Chooser } from './chooser.ts';
import { fitOf, notDistinct } from './fit.ts';
import type { Task } from './model.ts';
import { chooserFor } from './placement.ts';
import { type Placing, zonesOf } from './placing.ts';
import type { Run, RunParts } from './run-task-request.ts';
import { invalid } from './state.ts';

/** Tasks in PROVISIONING per cluster, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const mostProvisioning = 500;

/** Starts the tasks of one RunTask call, each on Fargate, on an instance, or waiting for one. */
export class Launches {
  /** why the rest could not be started; the same for all of it */
  readonly failures: Failure[] = [];
  readonly #parts: RunParts;
  readonly #run: Run;
  readonly #placing: Placing;
  readonly #started = new Map<string | undefined, number>();
  readonly #choosers = new Map<string | undefined, Chooser>();

  constructor(parts: RunParts, run: Run) {
    this.#parts = parts;
    this.#run = run;
    const { constraints, strategies, network } = run;
    this.#placing = { constraints, strategies, zones: zonesOf(parts.state, network) };
  }

  /** @returns the task; undefined: there is no place for it, and `failures` says why. @throws AwsError */
  startOne(): Task | undefined {
    const { launch } = this.#run;
    const provider = nextProvider(launch, this.#started);
    const task =
      launch.launchType === 'FARGATE' || isFargate(provider) ? this.#onFargate(provider) : this.#onInstance(provider);
    if (task) this.#started.set(provider, (this.#started.get(provider) ?? 0) + 1);
    return task;
  }

  #onFargate(provider: string | undefined): Task | undefined {
    const { fargate, tasks, state } = this.#parts;
    const { common, network } = this.#run;
    const kind = provider === 'FARGATE_SPOT' ? 'FARGATE_SPOT' : 'FARGATE';
    const zones = (network?.subnets ?? []).map((subnet) => state.zoneOf(subnet));
    const admission = fargate.admit({ definition: common.definition, kind, zones });
    if (!admission.ok) {
      if (admission.reason === 'THROTTLED') throw new AwsError('ThrottlingException', 'Rate exceeded');
      this.failures.push({ reason: admission.message });
      return undefined;
    }
    const task = tasks.start({ ...common, capacityProviderName: provider, fargate: { zone: admission.zone } });
    fargate.add(task);
    return task;
  }

  #onInstance(provider: string | undefined): Task | undefined {
    const { tasks, state } = this.#parts;
    const { common } = this.#run;
    const instance = this.#chooser(provider).next();
    if (instance) return tasks.start({ ...common, capacityProviderName: provider, instance });
    const waits = provider !== undefined && state.capacityProviders.get(provider)?.managedScaling !== undefined;
    if (waits && this.#provisioning() < mostProvisioning) {
      return tasks.start({ ...common, capacityProviderName: provider, placing: this.#placing });
    }
    this.#explain(provider);
    return undefined;
  }

  #chooser(provider: string | undefined): Chooser {
    const known = this.#choosers.get(provider);
    if (known) return known;
    const { world } = this.#parts;
    const { common } = this.#run;
    const { cluster, definition } = common;
    const group = common.group ?? `family:${definition.family}`;
    const siblings = [...cluster.tasks.values()].filter((task) => task.group === group);
    const call = world.ids.next('run-task');
    const draw = (key: string) => world.random('placement', `${cluster.name} ${group} ${key}`, call);
    const options = { cluster, definition, siblings, ...this.#placing, capacityProvider: provider, draw };
    const chooser = chooserFor(options);
    this.#choosers.set(provider, chooser);
    return chooser;
  }

  /** Every instance with what stands against the task there, as the API gives it. */
  #explain(provider: string | undefined): void {
    const { common, constraints } = this.#run;
    const zones = this.#placing.zones;
    const instances = [...common.cluster.instances.values()].filter(
      ({ status, capacityProviderName }) =>
        status === 'ACTIVE' && (provider === undefined || capacityProviderName === provider),
    );
    if (instances.length === 0) throw invalid('No Container Instances were found in your cluster.');
    const fit = fitOf({ definition: common.definition, constraints, zones });
    this.failures.push(...instances.map((one) => ({ arn: one.arn, reason: fit(one) ?? notDistinct })));
  }

  #provisioning(): number {
    let count = 0;
    for (const { lastStatus, launchType } of this.#run.common.cluster.tasks.values()) {
      if (lastStatus === 'PROVISIONING' && launchType === 'EC2') count += 1;
    }
    return count;
  }
}
