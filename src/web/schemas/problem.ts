import type { ProblemView } from "../api-types.js";
import { oneOf, optional, record, text, time, view } from "./schema.js";

export const problemSchema = view<ProblemView>("ProblemView", "Something that is wrong, or was", {
  code: text("Never changes between versions"),
  severity: oneOf(["error", "warning"]),
  facts: record({ type: ["string", "number"] }, "What the words that `code` stands for speak of"),
  text: text("English: what is wrong, in one sentence"),
  remedy: text("English: what to do"),
  device: optional(text("Id of a device")),
  relay: optional(text("Name of a relay")),
  since: optional(time()),
});
