import type { SimulatedAccount } from '../../sim/account.ts';
import type { EcsService } from '../../sim/ecs/model.ts';

/** What people have changed of what is spotkeeper's, or of what it changes. */
export class Hands {
  readonly #scaled = new Set<string>();
  readonly #touched = new Set<string>();
  readonly #groups = new Set<string>();

  constructor(account: SimulatedAccount) {
    account.endpoint.onCall(({ caller, operation }, input) => {
      if (caller !== 'person') return;
      const service = `${input.cluster} ${input.service}`;
      if (operation === 'UpdateService' || operation === 'DeleteService') this.#touched.add(service);
      if (operation === 'UpdateService' && input.desiredCount !== undefined) this.#scaled.add(service);
      if (operation === 'UntagResource') this.#touched.add(String(input.resourceArn).split('/').slice(1).join(' '));
      if (operation === 'UpdateAutoScalingGroup') this.#groups.add(String(input.AutoScalingGroupName));
    });
  }

  /** Was it given another count by hand? */
  scaled({ cluster, name }: EcsService): boolean {
    return this.#scaled.has(`${cluster.name} ${name}`);
  }

  /** Was anything of it changed by hand, or was it deleted? */
  touched({ cluster, name }: EcsService): boolean {
    return this.#touched.has(`${cluster.name} ${name}`);
  }

  changedGroup(name: string): boolean {
    return this.#groups.has(name);
  }
}
