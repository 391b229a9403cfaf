/** The bytes do not hold what was asked of them. Readers in `wire` and `protocols` throw this and nothing else. */
export class WireError extends Error {
  override readonly name = "WireError";
}
