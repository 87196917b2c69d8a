import type { ReviewView } from './view.ts';

/**
 * Why the instance types of a group are not to be changed: one sentence that says what to do about it.
 * @param current the types that it launches now
 */
export function obstacleTo(view: ReviewView, current: readonly string[]): string | undefined {
  const { group, refreshing, catalogue, policy } = view;
  return (
    ofLaunch(view) ??
    (policy.typeChoice === 'fixed' && group.launch.by !== 'policy' ? 'spotkeeper:type-choice is fixed' : undefined) ??
    (group.suspended.includes('Launch')
      ? 'its process Launch is suspended; resume it, and they are looked at again'
      : undefined) ??
    (refreshing ? 'an instance refresh is under way; they are looked at again when it has ended' : undefined) ??
    (catalogue.types.size === 0 ? 'EC2 tells of no instance types at the moment' : undefined) ??
    (current.length === 0 ? 'its launch template names no instance type that spotkeeper can read' : undefined) ??
    (group.zones.every((zone) => current.every((type) => !catalogue.zones.get(type)?.has(zone)))
      ? `EC2 offers none of them (${current.join(', ')}) in its zones ${group.zones.join(', ')}; name others`
      : undefined)
  );
}

function ofLaunch({ group: { launch }, policy, image }: ReviewView): string | undefined {
  if (launch.by === 'configuration')
    return 'it has a launch configuration, which knows one type only; give it a launch template and a mixed-instances policy';
  if (launch.by === 'template') {
    if (policy.convertGroups === 'off')
      return 'it has no mixed-instances policy; give it one, or let spotkeeper do it with the tag spotkeeper:convert-groups=on';
    return image === undefined ? 'the image of its launch template cannot be read' : undefined;
  }
  const { overrides } = launch.policy;
  if (overrides.some(({ type }) => type === undefined))
    return 'it chooses them by attributes, which already names every type that fits; nothing is to be added';
  if (overrides.some(({ weight }) => weight !== undefined))
    return 'they have weights, and nobody has said what another type would weigh; without weights others can be added';
  return undefined;
}
