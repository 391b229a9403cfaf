import { createNameServer } from "../../src/dns/name-server.js";
import { systemClock } from "../../src/runtime/clock.js";
import { silentLogger } from "../../src/runtime/log.js";

/** The name server in a process of its own, for a machine of a test. Says its status once it has started. */
const [options = "{}"] = process.argv.slice(2);
const server = createNameServer(JSON.parse(options), { log: silentLogger(), clock: systemClock });
await server.start();
process.stdout.write(`${JSON.stringify(server.status())}\n`);
// Its clock alone would not keep it alive where it is not listening.
process.stdin.resume();
