import type { JsonObject } from "../model/value.js";
import { describeError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";
import type { Database } from "./database.js";
import { Outage } from "./outage.js";

/** One object that is kept as a whole between runs. */
export interface DocumentStore {
  /** Undefined: none was saved, or it is damaged, which is logged. Throws CloudtapError STORE_FAILED. */
  load(): Promise<JsonObject | undefined>;
  /** One after the other, the newest last; failures are logged, never thrown. */
  save(document: JsonObject): Promise<void>;
}

const prefix = "document:";

/** `name`: `[a-z_]+`, unlike that of any other document. */
export function createDocumentStore(db: Database, name: string, log: Logger): DocumentStore {
  const key = `${prefix}${name}`;
  const outage = new Outage(log);
  let writing = Promise.resolve();
  return {
    async load() {
      const text = await db.get(key);
      if (text === undefined) return undefined;
      const document = parse(text, (reason) => log.debug({ key, reason }, "document is not JSON"));
      if (document === undefined)
        log.warn({ key, code: "STORE_FAILED" }, "document in the store is damaged and left out");
      return document;
    },
    save(document) {
      const value = JSON.stringify(document);
      writing = writing
        .then(() => db.write([{ type: "put", key, value }], { sync: false }))
        .then(
          () => outage.worked(),
          (error: unknown) => outage.failed(error, { document: name }),
        );
      return writing;
    },
  };
}

function parse(text: string, failed: (reason: string) => void): JsonObject | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return isObject(found) ? found : undefined;
  } catch (error) {
    failed(describeError(error));
    return undefined;
  }
}

/** JSON holds nothing but JSON. */
function isObject(found: unknown): found is JsonObject {
  return typeof found === "object" && found !== null && !Array.isArray(found);
}
