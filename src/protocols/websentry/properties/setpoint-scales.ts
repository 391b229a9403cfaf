export interface SetpointScale {
  readonly id: number;
  readonly celsius: readonly [value: number, min: number, max: number];
  readonly fahrenheit: readonly [value: number, min: number, max: number];
}

/** Setpoints before and after a change of 0x010e, all by 1: docs/protocols/websentry.md §7. */
export const setpointScales: readonly SetpointScale[] = [
  { id: 0x2500, celsius: [28, 12, 35], fahrenheit: [83, 55, 95] },
  { id: 0x2502, celsius: [27, 15, 42], fahrenheit: [82, 60, 108] },
  { id: 0x2503, celsius: [32, 4, 32], fahrenheit: [90, 40, 90] },
  { id: 0x2504, celsius: [7, -6, 12], fahrenheit: [45, 20, 55] },
  { id: 0x2505, celsius: [18, 4, 21], fahrenheit: [65, 40, 70] },
  { id: 0x2506, celsius: [18, 4, 21], fahrenheit: [65, 40, 70] },
  { id: 0x2508, celsius: [30, 1, 65], fahrenheit: [86, 35, 150] },
  { id: 0x250c, celsius: [21, 4, 21], fahrenheit: [70, 40, 70] },
];
