import type { SimulatedAccount } from '../../sim/account.ts';
import type { HappenedFault } from '../../sim/faults/happened.ts';
import { actByHand, type ManualAction } from '../../sim/faults/manual-actions.ts';
import { REGION } from '../scenario.ts';

/** A person in the console: real API calls by the caller `person`. */
export class ByHand {
  /** What was done and what came of it. */
  readonly happened: HappenedFault[] = [];
  readonly #account: SimulatedAccount;

  constructor(account: SimulatedAccount) {
    this.#account = account;
  }

  /** Calls an operation now, or a little later. @param input in the SDK's shape */
  call(operation: Operation, input: object, laterMs = 0): void {
    const { clock, endpoint } = this.#account;
    const [service, name] = operation.split(':') as [ManualAction['service'], string];
    const action = { atMs: laterMs, service, operation: name, region: REGION, input };
    actByHand([action], { clock, endpoint, startMs: clock.now(), happened: this.happened });
  }
}

/** `ecs:StopTask` */
type Operation = `${ManualAction['service']}:${string}`;
