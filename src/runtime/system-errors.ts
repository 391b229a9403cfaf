/** Name of a system error, such as `ENOSPC`; undefined: it is none. */
export function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The file or folder is gone. */
export function isMissing(error: unknown): boolean {
  return systemCodeOf(error) === "ENOENT";
}
