import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SecureVersion } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dialTls } from "../../support/network/intercepted-home.js";
import { addresses, interfaces, Network } from "../../support/network/network.js";
import { PlayedCloud } from "../../support/network/played-cloud.js";
import { describeWithNetworks } from "../../support/network/requirements.js";
import { describeWithTshark, faultsOf, packetFields, tell } from "../../support/tshark.js";
import { rounds } from "../device-rounds.js";
import { makeKeyPair } from "../key-pair.js";
import { PlayedDevice } from "../played-device.js";
import { Program, temporaryFolder } from "../program.js";
import { PacketDump } from "./packet-dump.js";
import { capturesIn, onlyFile } from "./recorded.js";

interface Versions {
  readonly name: string;
  readonly device: SecureVersion;
  readonly cloud: SecureVersion;
  readonly port: number;
}

const versions: readonly Versions[] = [
  { name: "tls10", device: "TLSv1", cloud: "TLSv1.2", port: 4_431 },
  { name: "tls12", device: "TLSv1.2", cloud: "TLSv1.2", port: 4_432 },
  { name: "tls13", device: "TLSv1.3", cloud: "TLSv1.3", port: 4_433 },
];
const cloudPorts = { "TLSv1.2": 8_442, "TLSv1.3": 8_443 } as const;

/** What only old devices ask for. */
const oldCiphers = { ciphers: "AES256-SHA@SECLEVEL=0" };

describeWithTshark("secrets that a capture is asked to keep", () => {
  describeWithNetworks("between a device, Cloudtap and a cloud on machines of their own", () => {
    const folder = temporaryFolder();
    const devices = new Map<string, PlayedDevice>();
    const keyLog = join(folder.path, "relay.keys");
    const dumps: PacketDump[] = [];
    let network: Network;
    let program: Program;

    beforeAll(async () => {
      network = await Network.create();
      const { key, cert } = makeKeyPair(folder.path, "vendor");
      const cloudPeer = await network.cloud.peer();
      for (const [version, port] of Object.entries(cloudPorts)) {
        const only = { minVersion: version as SecureVersion, maxVersion: version as SecureVersion };
        await PlayedCloud.start(cloudPeer, "envoy", port, { key, cert, ...only });
      }
      program = await Program.start({
        folder: folder.path,
        relays: versions.map((one) => ({
          ...{ name: one.name, protocol: "envoy", listen: `${addresses.gateway[4]}:${one.port}` },
          upstream: `${addresses.cloud[4]}:${one.cloud === "TLSv1.3" ? cloudPorts["TLSv1.3"] : cloudPorts["TLSv1.2"]}`,
          ...{ upstream_tls: "insecure", tls_key_log: keyLog },
        })),
        extra: { capture: { mode: "always", tls_secrets: "both" } },
        spawn: (command, args, options) => network.gateway.spawn(command, args, options),
      });
      for (const link of Object.values(interfaces)) {
        dumps.push(await PacketDump.start(network.gateway, link, join(folder.path, `${link}.pcap`)));
      }
      for (const one of versions) await play(one);
      await program.waitForLogs("session closed", versions.length);
      expect(await program.end()).toBe(0);
      for (const dump of dumps) await dump.stop();
    }, 120_000);

    afterAll(async () => {
      await program.end("SIGKILL");
      await network.remove();
      folder.remove();
    });

    async function play({ name, device: version, port }: Versions): Promise<void> {
      const peer = await network.device.peer();
      const dial = async () => {
        const only = { minVersion: version, maxVersion: version, rejectUnauthorized: false };
        return dialTls(await peer.connect(addresses.gateway[4], port), {
          ...only,
          ...(version === "TLSv1" ? oldCiphers : {}),
        });
      };
      const device = new PlayedDevice({ protocol: "envoy", index: port, dial });
      devices.set(name, device);
      await rounds.envoy.play(device);
    }

    const said = (): readonly Buffer[] => [...devices.values()].map(({ session }) => Buffer.concat(session.sent));

    /** Bodies of the HTTP requests in a dump, as far as they can be read. */
    async function bodiesIn(file: string, options: readonly string[], filter = "tls"): Promise<readonly string[]> {
      const found = await packetFields(file, ["http.file_data", "http.content_length"], {
        ...{ options, filter: `http.request && ${filter}` },
      });
      return found.flatMap((fields) => fields.get("http.content_length") ?? []);
    }

    const lengths = (): readonly string[] => {
      return said().map((bytes) => String(bytes.length - bytes.indexOf("\r\n\r\n") - 4));
    };

    it("leaves nothing to read without them", async () => {
      for (const { file } of dumps) expect(await bodiesIn(file, [])).toEqual([]);
    });

    it("opens TLS 1.0, 1.2 and 1.3 of the device leg and both of the cloud leg with `tls_key_log`", async () => {
      for (const { file } of dumps) {
        expect(await bodiesIn(file, ["-o", `tls.keylog_file:${keyLog}`])).toEqual(lengths());
      }
    });

    describe("with `tls_secrets: both`", () => {
      const capture = (): string => onlyFile(capturesIn(folder.path));

      /** The file of secrets beside the capture. */
      function secretsFile(): string {
        const names = readdirSync(capturesIn(folder.path)).filter((name) => !name.endsWith(".pcapng"));
        expect(names).toHaveLength(1);
        return join(capturesIn(folder.path), names[0] ?? "");
      }

      it("opens the same with the file beside the capture, which its owner alone can read", async () => {
        expect(statSync(secretsFile()).mode & 0o777).toBe(0o600);
        expect(statSync(capture()).mode & 0o777).toBe(0o600);
        expect(statSync(capturesIn(folder.path)).mode & 0o777).toBe(0o700);
        for (const { file } of dumps) {
          expect(await bodiesIn(file, ["-o", `tls.keylog_file:${secretsFile()}`])).toEqual(lengths());
        }
      });

      it("opens the same with no further option once what tcpdump saw is put behind the capture", async () => {
        for (const { file } of dumps) {
          const merged = `${file}-merged.pcapng`;
          expect(await tell("mergecap", ["-a", "-w", merged, capture(), file])).toMatchObject({ code: 0, stderr: "" });
          expect(await bodiesIn(merged, [])).toEqual(lengths());
        }
      });

      it("opens in Wireshark without a word", async () => {
        expect(await faultsOf(capture())).toEqual([]);
      });
    });
  }, ["tcpdump"]);
}, ["tcpdump"]);
