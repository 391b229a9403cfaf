/** What came of handing a batch to the collector. */
export type Outcome =
  /** With `ackId` the collector will say later that it is indexed. */
  | { readonly type: "accepted"; readonly ackId?: number }
  /** This one event is wrong, by its place in the batch. Those before it may have been taken, those behind it not. */
  | { readonly type: "invalid"; readonly place: number; readonly reason: string }
  /** Not as a whole; in smaller pieces it may be. */
  | { readonly type: "indigestible"; readonly reason: string }
  | Failure;

export interface Failure {
  readonly type: "failed";
  /** `away`: it may pass by itself. `refused`: somebody must change something. */
  readonly grade: "away" | "refused";
  /** In words for the log and the page, and what to do. */
  readonly reason: string;
  readonly hint: string;
}

export function failed(grade: Failure["grade"], reason: string, hint: string): Failure {
  return { type: "failed", grade, reason, hint };
}
