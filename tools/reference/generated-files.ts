import { renderConfigurationReference } from "../../src/config/reference.js";
import { protocols } from "../../src/protocols/registry.js";
import { renderDissector } from "../dissector/dissector.js";
import { renderEntityReference } from "./entities.js";
import { renderTopicReference } from "./topics.js";

/** Every file that is made from tables; `npm run generate` writes them, a test compares them. */
export function generatedFiles(): readonly { readonly path: string; readonly text: string }[] {
  return [
    { path: "docs/configuration.md", text: renderConfigurationReference(protocols) },
    { path: "docs/entities.md", text: renderEntityReference(protocols) },
    { path: "docs/topics.md", text: renderTopicReference() },
    { path: "addon/wireshark/cloudtap.lua", text: renderDissector() },
  ];
}
