import { renderConfigurationReference } from "../../src/config/reference.js";
import { protocols } from "../../src/protocols/registry.js";
import { renderDissector } from "../dissector/dissector.js";
import { renderEntityReference } from "./entities.js";
import { renderMetricReference } from "./metrics.js";
import { renderOpenApi } from "./openapi.js";
import { renderProblemReference } from "./problems.js";
import { renderSplunkFields } from "./splunk-fields.js";
import { renderTopicReference } from "./topics.js";

/** Every file that is made from tables; `npm run generate` writes them, a test compares them. */
export async function generatedFiles(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  return [
    { path: "docs/configuration.md", text: renderConfigurationReference(protocols) },
    { path: "docs/entities.md", text: renderEntityReference(protocols) },
    { path: "docs/metrics-reference.md", text: renderMetricReference(protocols) },
    { path: "docs/openapi.json", text: await renderOpenApi() },
    { path: "docs/problems.md", text: renderProblemReference() },
    { path: "docs/topics.md", text: renderTopicReference() },
    { path: "docs/splunk-fields.md", text: renderSplunkFields() },
    { path: "addon/wireshark/cloudtap.lua", text: renderDissector() },
  ];
}
