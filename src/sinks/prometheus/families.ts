import type { FixedHistogram } from "./fixed-histogram.js";

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** All samples of one name. */
export type Family =
  | {
      readonly type: "counter" | "gauge";
      readonly name: string;
      readonly help: string;
      readonly samples: readonly Sample[];
    }
  | {
      readonly type: "histogram";
      readonly name: string;
      readonly help: string;
      readonly histograms: readonly { readonly labels: Labels; readonly histogram: FixedHistogram }[];
    };
