/** How many inputs and phases an inverter has. */
export interface Fitting {
  readonly inputs: number;
  readonly phases: number;
}

/** False for keys of inputs (`pv3_…`, `port3_…`) and phases (`…_l2`) that this inverter does not have. */
export function isFitted(key: string, { inputs, phases }: Fitting): boolean {
  const input = /^(?:pv|port)(\d)_/.exec(key)?.[1];
  const phase = /_l(\d)$/.exec(key)?.[1];
  return (input === undefined || Number(input) <= inputs) && (phase === undefined || Number(phase) <= phases);
}
