import type { DeviceId } from "../../src/model/device.js";
import { openDatabase } from "../../src/store/database.js";
import { openOutbox } from "../../src/store/outbox.js";
import { FakeClock } from "./fake-clock.js";
import { recordLog } from "./log-recorder.js";

/** Node writes to a pipe synchronously: nothing said is lost when the process is killed. */
function say(word: string, item: string): void {
  process.stdout.write(`${word} ${item}\n`);
}

const [, , folder = "", first = "0", count = "0"] = process.argv;
const clock = new FakeClock();
const ports = { log: recordLog().log, clock, dropped: () => undefined };
const outbox = await openOutbox(await openDatabase(folder), { maxBytes: 1_000_000, maxAgeMs: 1_000_000 }, ports);
const head = { relay: "roof", device: "envoy_1" as DeviceId, keptAt: clock.now(), security: "tls" as const };
for (let item = Number(first); item < Number(first) + Number(count); item += 1) {
  say("keeping", String(item));
  await outbox.keep({ ...head, bytes: Buffer.from(String(item)) });
  say("kept", String(item));
  if (item % 3 === 0) continue;
  const [oldest] = await outbox.oldest("roof", 1);
  if (oldest === undefined) continue;
  const name = Buffer.from(oldest.item.bytes).toString();
  say("delivered", name);
  await outbox.remove(oldest.key);
  say("removed", name);
}
