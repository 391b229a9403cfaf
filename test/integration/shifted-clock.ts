/**
 * Runs `start` so that the programs that it starts have another time. They are told by NODE_OPTIONS, the only way in
 * that needs nothing of them.
 */
export async function withClockAt<T>(time: number, start: () => Promise<T>): Promise<T> {
  const shiftMs = time - Date.now();
  const module = `const now = Date.now; Date.now = () => now.call(Date) + ${shiftMs};`;
  const before = process.env.NODE_OPTIONS;
  process.env.NODE_OPTIONS = `${before ?? ""} --import=data:text/javascript,${encodeURIComponent(module)}`;
  try {
    return await start();
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  }
}
