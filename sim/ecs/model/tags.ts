/** Keys and values, as ECS resources carry them. */
export type Tags = Readonly<Record<string, string>>;
