import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { temporaryFolder } from "../integration/program.js";
import { describeWithTshark, faultsOf, follow, interfacesOf, packetsOf, tell } from "./tshark.js";

describeWithTshark("what tests ask of Wireshark", () => {
  const folder = temporaryFolder();

  afterAll(() => folder.remove());

  /** A file with one packet from 10.0.0.1:1000 to 10.0.0.2:2000 that carries `ABC`. */
  async function onePacket(name: string): Promise<string> {
    const [text, file] = [join(folder.path, `${name}.txt`), join(folder.path, `${name}.pcapng`)];
    writeFileSync(text, "0000 41 42 43\n");
    const { code } = await tell("text2pcap", ["-q", "-4", "10.0.0.1,10.0.0.2", "-T", "1000,2000", text, file]);
    expect(code).toBe(0);
    return file;
  }

  it("shows packets and streams", async () => {
    const file = await onePacket("shown");
    expect(await packetsOf(file)).toMatchObject([
      {
        ...{ number: 1, stream: 0, source: "10.0.0.1:1000", destination: "10.0.0.2:2000" },
        payload: Buffer.from("ABC"),
      },
    ]);
    expect(await follow(file, 0)).toEqual({
      ...{ client: "10.0.0.1:1000", server: "10.0.0.2:2000" },
      ...{ fromClient: Buffer.from("ABC"), fromServer: Buffer.alloc(0) },
    });
    expect(await interfacesOf(file)).toEqual(["Fake IF, text2pcap"]);
  });

  it("finds a wrong checksum", async () => {
    const file = await onePacket("altered");
    expect(await faultsOf(file)).toEqual([]);
    const bytes = readFileSync(file);
    bytes[bytes.indexOf("ABC")] = 0x5a;
    writeFileSync(file, bytes);
    expect(await faultsOf(file)).toEqual([expect.stringMatching(/^packet 1: Bad checksum/)]);
  });

  it("finds a file that is cut, and one that is none", async () => {
    const file = await onePacket("cut");
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, -40));
    expect(await faultsOf(file)).toEqual([expect.stringContaining("cut short")]);
    writeFileSync(file, bytes.subarray(0, 30));
    expect(await faultsOf(file)).not.toEqual([]);
  });
});
