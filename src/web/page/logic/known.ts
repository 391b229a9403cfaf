/** What a table of data has under a key that comes from elsewhere; undefined: nothing, also for what every object has. */
export function known<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
