// The peer of every benchmark: the shortest Node relay that is still correct. Two sockets, pause and resume, no delay.
import { connect, createServer } from "node:net";

const [listenPort, upstreamPort] = process.argv.slice(2).map(Number);

const server = createServer({ allowHalfOpen: true, noDelay: true }, (device) => {
  const cloud = connect({ port: upstreamPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  for (const [from, to] of [
    [device, cloud],
    [cloud, device],
  ]) {
    from.on("data", (chunk) => {
      if (!to.write(chunk)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    });
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroySoon());
  }
});
server.listen(listenPort, "127.0.0.1", () => process.stdout.write("listening\n"));
