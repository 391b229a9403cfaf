/** The first value that `look` finds, now or after one of the notices. */
export function until<T>(watchers: Set<() => void>, look: () => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const watcher = (): void => {
      const found = look();
      if (found === undefined) return;
      watchers.delete(watcher);
      resolve(found);
    };
    watchers.add(watcher);
    watcher();
  });
}
