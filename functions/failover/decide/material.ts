import type { Circumstances } from '../../../shared/core/fargate/circumstances.ts';
import type { Task } from '../../../shared/model/fleet.ts';
import type { ServiceDetail } from '../../../shared/model/lending.ts';
import type { Preparation } from '../../../shared/model/preparation.ts';
import type { Lending, Prepared } from '../../../shared/model/records.ts';
import type { FailoverCluster } from '../../../shared/model/surroundings.ts';
import type { TaskDefinition } from '../../../shared/model/task-definition.ts';
import type { Ladder } from './ladder.ts';

/** A service whose standbys may have to be made, or to follow, and all that goes into them. */
export type Material = {
  readonly ladder: Ladder;
  /** The revision of the main's last COMPLETED deployment. */
  readonly revision: TaskDefinition;
  /** The newest derived revision there is. */
  readonly latest: TaskDefinition | undefined;
  readonly circumstances: Circumstances;
  readonly prepared: Prepared | undefined;
  readonly lending: Lending | undefined;
  /** Proof runs of the derived revision, running and ended. */
  readonly proofs: readonly Task[];
  /** As the record has them, to see whether anything changed. */
  readonly about: string;
};

export type PrepareView = {
  readonly for: readonly string[];
  readonly account: string;
  readonly cluster: FailoverCluster;
  readonly services: readonly ServiceDetail[];
  readonly materials: readonly Material[];
  readonly preparation: Preparation | undefined;
  /** The service with which this pass ends; undefined: it looks at all for which something is to be done. */
  readonly after: string | undefined;
};
