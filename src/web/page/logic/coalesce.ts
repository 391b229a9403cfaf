/** Calls `action` at most once for all calls until `later` calls back, such as the browser's next frame. */
export function coalesce(action: () => void, later: (run: () => void) => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    later(() => {
      waiting = false;
      action();
    });
  };
}
