import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Namespace } from "./namespace.js";

const brokerPort = 1883;

/** A real mosquitto on a machine of a network; its socket file is open to the test, for which the network is out of reach. */
export class NetworkBroker {
  /** For programs on that machine. */
  readonly url = `mqtt://127.0.0.1:${brokerPort}`;
  /** For the test. */
  readonly observerUrl: string;

  private constructor(socket: string) {
    this.observerUrl = `mqtt+unix://${socket}`;
  }

  /** It ends with the machine. */
  static async start(machine: Namespace, folder: string): Promise<NetworkBroker> {
    const [socket, file] = [join(folder, "broker.sock"), join(folder, "broker.conf")];
    const lines = [`listener ${brokerPort} 127.0.0.1`, `listener 0 ${socket}`, "allow_anonymous true", "user root"];
    writeFileSync(file, `${lines.join("\n")}\n`);
    const program = existsSync("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
    const child = machine.spawn(program, ["-c", file], { stdio: ["ignore", "ignore", "pipe"] });
    await new Promise<void>((resolve, reject) => {
      let text = "";
      child.once("exit", (code) => reject(new Error(`mosquitto ended with ${code}: ${text}`)));
      child.stderr?.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (/mosquitto version .* running/.test(text)) resolve();
      });
    });
    return new NetworkBroker(socket);
  }
}
