import type { ScalingGroup } from '../../../shared/model/offerings.ts';
import type { Choice } from '../../../shared/model/rebalance-records.ts';

/** The types that a group launches now, in order; by attributes: none. */
export const currentTypes = ({ launch }: ScalingGroup, ofTemplate: string | undefined): readonly string[] => {
  if (launch.by === 'configuration') return [];
  const named = launch.by === 'policy' ? launch.policy.overrides.flatMap(({ type }) => type ?? []) : [];
  return named.length > 0 || hasAttributes(launch) ? named : ofTemplate === undefined ? [] : [ofTemplate];
};

/** Types whose override has a launch template or an image of its own: it goes with the type, and only its owner knows it. */
export const pinnedTypes = ({ launch }: ScalingGroup): ReadonlySet<string> =>
  new Set(launch.by === 'policy' ? launch.policy.overrides.flatMap(({ type, own }) => (own && type) || []) : []);

const hasAttributes = (launch: ScalingGroup['launch']): boolean =>
  launch.by === 'policy' && launch.policy.overrides.some(({ type }) => type === undefined);

/** What became of the list that we set last. */
export type State =
  /** nothing of ours: whatever the group has is its owner's */
  | { readonly is: 'own'; readonly own: readonly string[] }
  /** ours is in force */
  | { readonly is: 'ours'; readonly own: readonly string[]; readonly news: boolean }
  /** our call was not carried out yet, or its answer was lost */
  | { readonly is: 'pending'; readonly own: readonly string[]; readonly types: readonly string[] }
  /** somebody set another list where ours was in force */
  | { readonly is: 'undone'; readonly own: readonly string[]; readonly undone: string };

/** Compares what a group has with what we remember of it. */
export function stateOf(choice: Choice | undefined, current: readonly string[]): State {
  if (choice === undefined) return { is: 'own', own: current };
  const { own, types, confirmed, undone } = choice;
  const has = current.join(' ');
  if (undone !== undefined && has === own.join(' ')) return { is: 'undone', own, undone };
  if (types.length === 0) return { is: 'own', own: current };
  const wanted = types.join(' ');
  if (has === wanted) return { is: 'ours', own, news: !confirmed };
  if (!confirmed) return has === before(choice) ? { is: 'pending', own, types } : { is: 'own', own: current };
  return { is: 'undone', own: current, undone: wanted };
}

/** What a group had when we made the call. */
const before = ({ from }: Choice): string => from.join(' ');

/** A list that is not what we set, or not yet seen to be: worth a look at once. */
export const isUnsettled = (choice: Choice, current: readonly string[]): boolean => {
  const state = stateOf(choice, current);
  return (
    (state.is === 'ours' && state.news) ||
    state.is === 'pending' ||
    (state.is === 'undone' && choice.undone !== state.undone)
  );
};
