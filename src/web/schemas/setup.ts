import type { ChecklistView, FindingView, SetupRelay, SetupView } from "../api-types.js";
import { count, list, object, oneOf, optional, text, time, truth, view } from "./schema.js";

const setupSchema = view<SetupView>("SetupView", "What leading a device here needs to know", {
  addresses: list(text(), "This host's, the likeliest first"),
  relays: list(
    object<SetupRelay>({
      name: text(),
      protocol: text(),
      port: count(),
      upstream: text(),
      vendors: list(
        object<SetupRelay["vendors"][number]>({ host: text(), port: count() }),
        "Hosts of the vendors whose devices it serves",
      ),
    }),
  ),
  interceptMode: oneOf(["none", "redirect", "tproxy"]),
  nameServer: truth("Cloudtap's own name server answers"),
});

const checklistSchema = view<ChecklistView>("ChecklistView", "What was found on a device's way to Home Assistant", {
  relay: text(),
  at: time(),
  findings: list(
    object<FindingView>({
      check: text(),
      state: oneOf(["ok", "problem", "unknown"]),
      found: text(),
      remedy: optional(text()),
    }),
    "In the order of that way",
  ),
});

export const setupSchemas = { setup: setupSchema, checklist: checklistSchema } as const;
