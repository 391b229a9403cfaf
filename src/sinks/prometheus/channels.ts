/** A key, taken apart into what it is about and which of several alike. */
export interface ChannelKey {
  readonly base: string;
  /** Empty: the key is not one of several. */
  readonly channel: string;
}

/** How keys tell inputs, phases, ports and the like apart; the first pattern that fits counts. */
const patterns: readonly RegExp[] = [
  // `channel2_power`: the first channel's key is `power`.
  /^channel(?<channel>\d+)_(?<rest>.+)$/,
  // `pv1_power`, `port1_serial`
  /^(?<head>[a-z]+)(?<channel>\d+)_(?<rest>.+)$/,
  // `port_b_baud`
  /^(?<head>port)_(?<channel>[a-z])_(?<rest>.+)$/,
  // `schedule_1_days`, `exhaust_fan_1_capacity`
  /^(?<head>[a-z]+(?:_[a-z]+)*)_(?<channel>\d{1,2})_(?<rest>[a-z].*)$/,
  // `digital_input_0b`
  /^(?<head>(?:digital|analog)_(?:input|output))_(?<channel>[0-9a-f]{2})$/,
  // `grid_voltage_l2`
  /^(?<head>.+)_(?<channel>l[1-3])$/,
  // `temperature_2`; a longer number, as in `state_1227`, is a name
  /^(?<head>[a-z]+(?:_[a-z]+)*)_(?<channel>\d{1,2})$/,
];

export function splitChannel(key: string): ChannelKey {
  for (const pattern of patterns) {
    const { channel, head, rest } = pattern.exec(key)?.groups ?? {};
    if (channel === undefined) continue;
    return { base: [head, rest].filter((part) => part !== undefined).join("_"), channel };
  }
  return { base: key, channel: "" };
}
