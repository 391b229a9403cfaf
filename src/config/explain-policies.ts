import type { Configuration, ProtocolFacts, RelayConfiguration } from "./configuration.js";

/** What a relay may do to traffic beyond passing it on, a sentence each. */
export function explainPolicies(relay: RelayConfiguration): readonly string[] {
  return [...explainCloud(relay), ...explainCommands(relay), ...explainControl(relay)];
}

/** What all relays share and only some of these policies need. */
export function explainShared(
  { relays, timezone, outbox }: Configuration,
  protocols: readonly ProtocolFacts[],
): readonly string[] {
  const answering = relays.some(({ cloud }) => cloud !== "relay");
  const keeping = relays.some(({ cloud, protocol }) => cloud === "auto" && takesLater(protocol, protocols));
  const days = outbox.maxAgeMs / 86_400_000;
  return [
    ...(answering ? [`Devices that are told the time here stand in the time zone ${timezone ?? hostTimezone()}.`] : []),
    ...(keeping
      ? [`What a cloud missed and takes later is kept for ${days} days, at most ${outbox.maxBytes / 1_000_000} MB.`]
      : []),
  ];
}

function takesLater(protocol: string, protocols: readonly ProtocolFacts[]): boolean {
  return protocols.some(({ name, delivery }) => name === protocol && delivery !== undefined);
}

function explainCloud({ cloud, replyTimeoutMs }: RelayConfiguration): readonly string[] {
  switch (cloud) {
    case "relay":
      return [];
    case "local":
      return ["Cloudtap answers in the cloud's place; the cloud is never contacted."];
    case "auto":
      return [
        `While the cloud cannot be reached or does not answer within ${replyTimeoutMs / 1000} s, Cloudtap answers in its place.`,
      ];
  }
}

function explainCommands({ commands: { preset, block, allow } }: RelayConfiguration): readonly string[] {
  const first = {
    allow: [],
    protect: ["Commands of the cloud that change its address or the firmware are blocked."],
    block: ["Of the cloud's commands only the time, acknowledgements and questions pass."],
  }[preset];
  return [
    ...first,
    ...(block.length === 0 ? [] : [`Blocked besides: ${block.join(", ")}.`]),
    ...(allow.length === 0 ? [] : [`Let through all the same: ${allow.join(", ")}.`]),
  ];
}

function explainControl({ control, controlExperimental, protectLocal }: RelayConfiguration): readonly string[] {
  if (!control) return [];
  const unproven = controlExperimental ? ", also what is UNPROVEN" : "";
  const kept = protectLocal ? " The cloud cannot change what was written from here." : "";
  return [`MQTT and Home Assistant may write what the devices' entities offer${unproven}.${kept}`];
}

function hostTimezone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
