/** Name of a system error, such as `ENOSPC`; undefined: it is none. */
export function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The file or folder is gone. */
export function isMissing(error: unknown): boolean {
  return systemCodeOf(error) === "ENOENT";
}

/** What an action on a file or folder gives; undefined where that is gone. Throws whatever else the action throws. */
export async function ifThere<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
