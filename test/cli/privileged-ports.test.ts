import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createPrivilegedPorts } from "../../src/cli/privileged-ports.js";
import { freePort } from "../support/mosquitto.js";

describe("ports that need rights", () => {
  it("are those of the configuration alone", async () => {
    const listeners = createPrivilegedPorts({ allowed: [{ host: undefined, port: 443 }] });
    await expect(listeners({ host: undefined, port: 22 })).rejects.toMatchObject({ code: "EACCES" });
    await expect(listeners({ host: "127.0.0.1", port: 443 })).rejects.toMatchObject({ code: "EACCES" });
  });

  it("are none above 1023, unless connections to others are taken there", async () => {
    const address = { host: undefined, port: await freePort() };
    expect(await createPrivilegedPorts({ allowed: [address] })(address)).toBeUndefined();
    const made: unknown[] = [];
    const makeTransparent = (server: unknown): void => void made.push(server);
    const server = await createPrivilegedPorts({ allowed: [address], makeTransparent })(address);
    expect(made).toEqual([server]);
    expect((server?.address() as AddressInfo | null | undefined)?.port).toBe(address.port);
    server?.close();
  });

  it("say which is taken", async () => {
    const address = { host: "127.0.0.1", port: await freePort() };
    const listeners = createPrivilegedPorts({ allowed: [address], makeTransparent: () => undefined });
    const server = await listeners(address);
    await expect(listeners(address)).rejects.toMatchObject({ code: "EADDRINUSE" });
    server?.close();
  });

  it("are closed again where they cannot be made transparent", async () => {
    const address = { host: "127.0.0.1", port: await freePort() };
    const makeTransparent = (): void => {
      throw new Error("not permitted");
    };
    await expect(createPrivilegedPorts({ allowed: [address], makeTransparent })(address)).rejects.toThrow("permitted");
    const server = await createPrivilegedPorts({ allowed: [address], makeTransparent: () => undefined })(address);
    expect(server?.listening).toBe(true);
    server?.close();
  });
});
