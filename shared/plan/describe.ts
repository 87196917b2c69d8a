import { shortName } from '../model/arn.ts';
import type { Action, ActionName, ActionOf } from './action.ts';

/** One line for people: what the action does, to what, and why. */
export const describe = (action: Action): string => `${(sentence[action.do] as Sentence)(action)}: ${action.because}`;

type Sentence = (action: Action) => string;

const count = (many: readonly unknown[], noun: string): string =>
  `${many.length} ${noun}${many.length === 1 ? '' : 's'}`;

const sentence: { readonly [N in ActionName]: (action: ActionOf<N>) => string } = {
  drain: ({ cluster, instances }) =>
    `drain ${instances.map(({ instanceId }) => instanceId).join(', ')} in ${shortName(cluster)}`,
  deregister: ({ targetGroup, targets }) =>
    `deregister ${count(targets, 'target')} from ${targetGroupName(targetGroup)}`,
  stop: ({ cluster, task }) => `stop task ${shortName(task)} in ${shortName(cluster)}`,
  heartbeat: ({ hook, instanceId }) => `extend hook ${hook.name} of ${hook.group} for ${instanceId}`,
  release: ({ hook, instanceId }) => `complete hook ${hook.name} of ${hook.group} for ${instanceId}`,
  wake: ({ watch, at }) => `look at ${shortName(watch)} again at ${new Date(at).toISOString()}`,
  remember: ({ records }) => `remember ${counted(records)}`,
  forget: ({ records }) => `forget ${counted(records)}`,
  lend: ({ main, from, desired, rung, cluster }) =>
    `lend ${main} in ${shortName(cluster)} ${tasks(desired - from)} on ${rungNames[rung]}, ${desired} in all`,
  'take-back': ({ main, from, desired, rung, cluster }) =>
    `take back ${tasks(from - desired)} of ${main} in ${shortName(cluster)} from ${rungNames[rung]}, ${desired} left`,
  register: ({ main, definition }) => `register ${definition.family}, the Fargate revision of ${main}`,
  'create-standby': ({ spec }) => `create the standby ${spec.name} of ${spec.main} in ${shortName(spec.cluster)}`,
  follow: ({ spec }) => `let the standby ${spec.name} follow ${spec.main} in ${shortName(spec.cluster)}`,
  'remove-standby': ({ standby, cluster }) => `delete the standby ${standby} in ${shortName(cluster)}`,
  associate: ({ cluster, providers }) => `associate ${providers.join(' and ')} with ${shortName(cluster)}`,
  'set-base': ({ group, from, base }) => `set the On-Demand base of ${group} from ${from} to ${base}`,
  prove: ({ spec }) => `start one task of ${shortName(spec.definition)} to prove the standby of ${spec.main}`,
  'set-overrides': ({ group, from, types }) => `give ${group} ${typesChange(from, types)}`,
  'launch-replacement': ({ group, instanceId, zone }) =>
    `launch an instance of ${group} in ${zone} in the place of ${instanceId}`,
  'mark-detached': ({ instanceId }) => `tag ${instanceId} as one that leaves its group`,
  detach: ({ group, instanceId }) => `take ${instanceId} out of ${group}, which launches another`,
  reattach: ({ group, instanceId }) => `put ${instanceId} back into ${group}`,
  terminate: ({ group, instanceId }) => `terminate ${instanceId} of ${group}`,
  'lower-desired': ({ group, from }) => `lower the desired capacity of ${group} from ${from} to ${from - 1}`,
  post: ({ outbox }) => `say in Slack: ${outbox.message.text.split('\n', 1)[0]}`,
};

/** What comes and what goes; the order alone may change. */
function typesChange(from: readonly string[], types: readonly string[]): string {
  const fresh = types.filter((type) => !from.includes(type));
  const old = from.filter((type) => !types.includes(type));
  if (fresh.length === 0 && old.length === 0) return 'its types in another order';
  return [
    ...(fresh.length > 0 ? [`the ${fresh.length === 1 ? 'type' : 'types'} ${fresh.join(', ')}`] : []),
    ...(old.length > 0 ? [`no more ${old.join(', ')}`] : []),
  ].join(' and ');
}

const tasks = (many: number): string => `${many} task${many === 1 ? '' : 's'}`;

const rungNames = { 'fargate-spot': 'Fargate Spot', fargate: 'Fargate' };

/** `arn:…:targetgroup/name/0123` -> `name`. */
export const targetGroupName = (arn: string): string => arn.split('/')[1] ?? arn;

function counted(records: readonly { readonly is: string }[]): string {
  const kinds = new Map<string, number>();
  for (const { is } of records) kinds.set(is, (kinds.get(is) ?? 0) + 1);
  return [...kinds].map(([kind, many]) => `${many} ${kind}`).join(', ');
}
