import type { Player, PlayerAction, SimulatorOptions } from "../../src/model/protocol.js";
import type { EpochMs } from "../../src/model/time.js";
import { protocolByName } from "../../src/protocols/registry.js";

export function sentBytes(actions: readonly PlayerAction[]): readonly Buffer[] {
  return actions.flatMap((action) => (action.type === "send" ? [Buffer.from(action.bytes)] : []));
}

export function deviceOf(protocol: string, options: Partial<SimulatorOptions> = {}): Player {
  const player = protocolByName(protocol)?.createDeviceSimulator?.({ index: 0, intervalS: 300, extra: {}, ...options });
  if (player === undefined) throw new Error(`expected a simulator of ${protocol}`);
  return player;
}

export function cloudOf(protocol: string): Player {
  const player = protocolByName(protocol)?.createCloudSimulator?.();
  if (player === undefined) throw new Error(`expected a cloud simulator of ${protocol}`);
  return player;
}

/** What a simulated device says to a simulated cloud when it connects, at noon of a June day unless `at` says otherwise. */
export function deviceStream(
  protocol: string,
  options: Partial<SimulatorOptions> = {},
  turns = 6,
  at = Date.UTC(2026, 5, 21, 10),
): readonly Buffer[] {
  const now = at as EpochMs;
  const device = deviceOf(protocol, options);
  const cloud = cloudOf(protocol);
  const said: Buffer[] = [];
  let toDevice = sentBytes(cloud.connected(now));
  let toCloud = sentBytes(device.connected(now));
  for (let turn = 0; turn < turns && toCloud.length + toDevice.length > 0; turn += 1) {
    said.push(...toCloud);
    const answers = toCloud.flatMap((bytes) => sentBytes(cloud.received(bytes, now)));
    toCloud = toDevice.flatMap((bytes) => sentBytes(device.received(bytes, now)));
    toDevice = answers;
  }
  return said;
}
