/** Is told how long decoding took. Nothing here throws. */
export interface DecodeTiming {
  /** True: the next frame is to be timed. Looking at the clock costs as much as decoding a small frame. */
  isDue(): boolean;
  decoded(protocol: string, durationMs: number): void;
}
