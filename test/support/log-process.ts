import { createLogger } from "../../src/runtime/log.js";

const [level, terminal] = process.argv.slice(2);
const log = await createLogger(level === "debug" ? "debug" : "info", terminal === "terminal");
log.debug("hidden unless asked for");
log.info({ mqtt: { password: "geheim" }, token: "geheim", ssid: "geheim", relay: "roof" }, "started");
