import type { Action } from '../../../shared/plan/action.ts';
import type { Ladder } from './ladder.ts';
import type { ServiceDecision } from './service.ts';

type Changing = { readonly ladder: Ladder; readonly decision: Pick<ServiceDecision, 'actions'> };

/**
 * ECS takes five changes of services a second: what is lent comes first, what is taken back has time. Where both together
 * would exceed the maximum of the service, its rung is lowered before the other one is raised.
 */
export function inOrder(decided: readonly Changing[]) {
  const isRaise = ({ do: name }: Action): boolean => name === 'lend';
  const [now, after] = [decided.filter(hasRoom), decided.filter((one) => !hasRoom(one))];
  const actionsOf = (some: readonly Changing[]) => some.flatMap(({ decision }) => decision.actions);
  return {
    raised: actionsOf(now).filter(isRaise),
    lowered: actionsOf(decided).filter((action) => !isRaise(action)),
    raisedAfter: actionsOf(after).filter(isRaise),
  };
}

/** May all of its raises come before all that it gives back? */
function hasRoom({ ladder: { main, standbys }, decision }: Changing): boolean {
  if (decision.actions.every(({ do: name }) => name !== 'take-back')) return true;
  const raised = decision.actions.reduce((sum, one) => sum + (one.do === 'lend' ? one.desired - one.from : 0), 0);
  const lent = Object.values(standbys).reduce((sum, { desired }) => sum + desired, 0);
  return main.running + main.pending + lent + raised <= Math.floor((main.desired * main.maximumPercent) / 100);
}
