import type { Finding } from '../../model/lending.ts';
import type { ContainerDefinition } from '../../model/task-definition.ts';

export const refusal = (parameter: string, says: string): Finding => ({ parameter, says, severity: 'refusal' });

export const caution = (parameter: string, says: string): Finding => ({ parameter, says, severity: 'caution' });

/** The finding, if it is one. */
export const when = (isSo: boolean, finding: Finding): readonly Finding[] => (isSo ? [finding] : []);

/** `containerDefinitions[app].links` */
export const inContainer = ({ name = '' }: ContainerDefinition, parameter: string): string =>
  `containerDefinitions[${name}].${parameter}`;

/** Does a field say anything? ECS describes many that nobody set as empty lists or `false`. */
export const isSet = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0);
