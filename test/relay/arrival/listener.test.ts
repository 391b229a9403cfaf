import { describe, expect, it } from "vitest";
import { Listener } from "../../../src/relay/arrival/listener.js";
import { ChaosServer, ChaosSocket } from "../../support/chaos-socket.js";

const ignore = (): void => undefined;

describe("listener", () => {
  it("E14: binds the address that it is given, and only that", async () => {
    const accepted: string[] = [];
    const listener = new Listener({ host: "127.0.0.2", port: 0 }, (socket) => {
      accepted.push(socket.localAddress ?? "");
      socket.destroy();
    });
    await listener.start(ignore);
    const port = listener.port ?? 0;
    await expect(ChaosSocket.connect(port, "127.0.0.1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    const device = await ChaosSocket.connect(port, "127.0.0.2");
    expect(await device.ending).toBe("fin");
    device.socket.destroy();
    listener.stop();
    expect(accepted).toEqual(["127.0.0.2"]);
    expect(listener.port).toBeUndefined();
  });

  it("D01: says which port another program has, and whose address it is not", async () => {
    const other = await ChaosServer.listen();
    const taken = new Listener({ host: "127.0.0.1", port: other.port }, ignore);
    await expect(taken.start(ignore)).rejects.toMatchObject({
      code: "LISTEN_FAILED",
      message: `port ${other.port} on 127.0.0.1 is taken by another program; stop it or choose another listen`,
    });
    await other.close();
    const foreign = new Listener({ host: "198.51.100.1", port: 0 }, ignore);
    await expect(foreign.start(ignore)).rejects.toThrow("this machine does not have that address");
  });
});
