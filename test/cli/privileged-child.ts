import { ParentChannel } from "../../src/cli/privileged-channel.js";
import { createParentListeners } from "../../src/cli/privileged-listeners.js";
import type { ChildWord } from "../../src/cli/privileged-words.js";

/** A relaying half for the test of the privileged one: does what its argument says, then says how it went. */
const [, , scene = "", port = "0"] = process.argv;
const channel = await ParentChannel.find(process, 60_000);
if (channel === undefined) process.exit(9);

async function ask(question: ChildWord, answer: string): Promise<void> {
  const answered = channel?.next(({ type }) => type === answer);
  await channel?.say(question);
  await answered;
}

process.on("SIGTERM", () => {
  void ask({ type: "lift" }, "lifted").then(() => process.exit(0));
});
await ask({ type: "intercept", relays: ["deye"] }, "intercepting");
if (scene === "crash") process.kill(process.pid, "SIGKILL");
if (scene === "exit") process.exit(3);
if (scene === "stop") process.kill(process.ppid, "SIGTERM");
if (scene === "listen") {
  const server = await createParentListeners(channel)({ host: "127.0.0.1", port: Number(port) });
  server?.on("connection", (socket) => {
    socket.end(String(process.getuid?.()));
    socket.on("close", () => process.exit(0));
  });
  process.stdout.write("ready\n");
}
if (scene === "refused") {
  const answer = await createParentListeners(channel)({ host: "127.0.0.1", port: 1 }).catch((error: Error) => error);
  process.exit(answer instanceof Error && "code" in answer && answer.code === "EACCES" ? 0 : 1);
}
