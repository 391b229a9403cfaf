import { ConfigError, type ConfigFault } from "../runtime/errors.js";
import { checkCapture } from "./capture-rules.js";
import type { Configuration, ProtocolFacts } from "./configuration.js";
import { withDefaultRelays } from "./defaults.js";
import { checkFiles } from "./file-rules.js";
import { checkIntercept } from "./intercept-rules.js";
import { checkMqtt } from "./mqtt-rules.js";
import { checkPolicies } from "./policy-rules.js";
import { checkRelays } from "./relay-rules.js";
import { resolveConfiguration } from "./resolve.js";
import { createConfigurationSchema } from "./schema.js";
import { createSchemaCheck } from "./schema-faults.js";
import { isSection } from "./section.js";
import { checkWeb } from "./web-rules.js";

export interface ValidationOptions {
  readonly protocols: readonly ProtocolFacts[];
  /** Where `data_dir` is absent. */
  readonly dataDir: string;
  /** Environment variable by the path of the key that it replaced. */
  readonly variables?: ReadonlyMap<string, string>;
}

/** Checks a document and fills in what it leaves out. Throws ConfigError with every fault at once; the document is not changed. */
export function validateConfiguration(given: unknown, options: ValidationOptions): Configuration {
  const { protocols, dataDir, variables } = options;
  const document: unknown = structuredClone(withDefaultRelays(given ?? {}, protocols));
  const check = createSchemaCheck(createConfigurationSchema(protocols.map((protocol) => protocol.name)));
  const fits = check(document);
  const faults = fits ? [] : [...check.faults()];
  const section = isSection(document) ? document : {};
  const relayRules = [
    ...checkRelays(section, protocols),
    ...checkPolicies(section, protocols),
    ...checkIntercept(section, protocols),
  ];
  const rules = [
    ...relayRules,
    ...checkCapture(section),
    ...checkMqtt(section),
    ...checkWeb(section),
    ...checkFiles(section, dataDir),
  ];
  faults.push(...rules.filter((rule) => !faults.some((fault) => fault.path === rule.path)));
  if (!fits || faults.length > 0) throw new ConfigError(faults.map((fault) => naming(fault, variables)));
  return resolveConfiguration(document, protocols, dataDir);
}

function naming(fault: ConfigFault, variables: ReadonlyMap<string, string> | undefined): ConfigFault {
  const variable = variables?.get(fault.path);
  return variable === undefined ? fault : { ...fault, found: `${fault.found} in ${variable}` };
}
