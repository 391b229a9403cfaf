import type { BusMessage } from "../model/ports.js";
import type { Logger } from "../runtime/log.js";

/** Kinds that are remembered as said; more of them than any set of relays has. */
const rememberedKinds = 10_000;

/** One line an anomaly: a warning the first time that a relay has one of its kind, then debug, for some come every minute. */
export function createAnomalyLog(log: Logger): (message: BusMessage) => void {
  const said = new Set<string>();
  return (message) => {
    if (message.type !== "anomaly") return;
    const { session, anomaly } = message;
    const fields = { relay: session.relay, session: session.id, ...anomaly };
    const key = `${session.relay} ${anomaly.kind} ${anomaly.device ?? ""}`;
    if (said.has(key) || said.size >= rememberedKinds) {
      log.debug(fields, "anomaly");
      return;
    }
    said.add(key);
    log.warn(fields, "anomaly");
  };
}
