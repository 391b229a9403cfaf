import { describe, expect, it } from "vitest";
import { findAnswers } from "../../src/dns/own-answers.js";
import { playNetwork } from "./played-network.js";

const everywhere = { answer: [], host: undefined };
const network = playNetwork(
  { eth0: ["192.168.1.10/24", "fe80::10/64", "fd00:1::10/64"], eth1: ["10.20.0.1/24", "fe80::20/64"] },
  {
    "192.168.1.50": "192.168.1.10",
    "10.20.0.50": "10.20.0.1",
    "fd00:1::50": "fd00:1::10",
    "fe80::50%eth0": "fe80::10",
    "fe80::50%eth1": "fe80::20",
    "192.0.2.1": "192.168.1.10",
  },
);

describe("what a vendor's name leads to", () => {
  it("is what is configured, whoever asks", async () => {
    const answer = ["192.168.1.7", "fd00::7", "192.168.1.8"];
    expect(await findAnswers({ ...everywhere, answer }, "10.20.0.50", network)).toEqual({
      v4: ["192.168.1.7", "192.168.1.8"],
      v6: ["fd00::7"],
    });
  });

  it("is otherwise this host's address on the asker's side", async () => {
    expect(await findAnswers(everywhere, "192.168.1.50", network)).toEqual({ v4: ["192.168.1.10"], v6: [] });
    expect(await findAnswers(everywhere, "::ffff:10.20.0.50", network)).toEqual({ v4: ["10.20.0.1"], v6: [] });
  });

  it("is the address where the name server listens, where that is a single one", async () => {
    const options = { ...everywhere, host: "192.168.1.10" };
    expect(await findAnswers(options, "10.20.0.50", network)).toEqual({ v4: ["192.168.1.10"], v6: [] });
  });

  it("is both addresses of the interface for who asks over IPv6", async () => {
    const both = { v4: ["192.168.1.10"], v6: ["fd00:1::10"] };
    expect(await findAnswers(everywhere, "fd00:1::50", network)).toEqual(both);
    expect(await findAnswers(everywhere, "fe80::50%eth0", network)).toEqual(both);
  });

  it("is never a link-local address", async () => {
    expect(await findAnswers(everywhere, "fe80::50%eth1", network)).toEqual({ v4: ["10.20.0.1"], v6: [] });
  });

  it.each(["127.0.0.1", "::1", "10.20.0.1"])(
    "is the address towards the internet for %s, this host itself, which may ask for a device",
    async (own) => {
      expect(await findAnswers(everywhere, own, network)).toEqual({ v4: ["192.168.1.10"], v6: [] });
      const onLoopback = { ...everywhere, host: "127.0.0.1" };
      expect(await findAnswers(onLoopback, own, network)).toEqual({ v4: ["192.168.1.10"], v6: [] });
    },
  );

  it("is the first address at home where there is no internet", async () => {
    const offline = playNetwork({ eth0: ["192.168.1.10/24"] });
    expect(await findAnswers(everywhere, "127.0.0.1", offline)).toEqual({ v4: ["192.168.1.10"], v6: [] });
  });

  it("is nothing where this host has no address", async () => {
    expect(await findAnswers(everywhere, "127.0.0.1", playNetwork({}))).toEqual({ v4: [], v6: [] });
    expect(await findAnswers(everywhere, "192.168.1.50", playNetwork({}))).toEqual({ v4: [], v6: [] });
  });
});
