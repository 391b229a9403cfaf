// Both ends of a bulk transfer. `sink PORT`: takes everything, and says how much it was when the source has finished.
// `source PORT MEGABYTES [MEGABYTES_A_SECOND]`: sends that much as fast as it is taken or told, and prints the megabytes a second until the
// sink has it all.
import { connect, createServer } from "node:net";

const [role, port, megabytes, pace] = process.argv.slice(2);

if (role === "sink") {
  createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    let bytes = 0;
    socket.on("data", (chunk) => {
      bytes += chunk.length;
    });
    socket.on("end", () => socket.end(String(bytes)));
    socket.on("error", () => socket.destroy());
  }).listen(Number(port), "127.0.0.1");
} else {
  const chunk = Buffer.alloc(65_536, "cloudtap");
  const total = Number(megabytes) * 1_000_000;
  let sent = 0;
  const socket = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  const from = performance.now();
  const due = () => (pace === undefined ? total : ((performance.now() - from) / 1000) * Number(pace) * 1_000_000);
  const fill = () => {
    while (sent < total) {
      if (sent >= due()) {
        setTimeout(fill, 5);
        return;
      }
      sent += chunk.length;
      if (!socket.write(chunk)) return;
    }
    socket.end();
  };
  socket.on("drain", fill);
  let answer = "";
  socket.on("data", (text) => {
    answer += text;
  });
  socket.on("end", () => {
    if (Number(answer) !== sent) throw new Error(`expected ${sent} bytes to arrive, found ${answer}`);
    process.stdout.write(String(sent / 1e6 / ((performance.now() - from) / 1000)));
  });
  fill();
}
