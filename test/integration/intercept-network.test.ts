import { afterAll, beforeAll, expect, it } from "vitest";
import { isTranslated, trackedFlows } from "../support/network/conntrack.js";
import { addresses, type Family, Network } from "../support/network/network.js";
import { describeWithNetworks } from "../support/network/requirements.js";

const families: readonly Family[] = [4, 6];

describeWithNetworks("a network of a test", () => {
  let network: Network;

  beforeAll(async () => {
    network = await Network.create();
  });

  afterAll(() => network.remove());

  it.each(families)("leads the device to its cloud and back, over IPv%i", async (family) => {
    const [device, cloud] = await Promise.all([network.device.peer(), network.cloud.peer()]);
    const server = await cloud.listen(8_000 + family);
    const socket = await device.connect(addresses.cloud[family], 8_000 + family);
    const arrived = await server.connection();
    expect(arrived.ends.remoteAddress).toBe(addresses.device[family]);
    socket.write("hello");
    await arrived.waitFor(({ received }) => received.toString() === "hello");
    arrived.end("goodbye");
    await socket.waitFor(({ ending }) => ending === "fin");
    expect(socket.received.toString()).toBe("goodbye");
    socket.end();
    await arrived.over();
  });

  it.each(families)("passes datagrams, over IPv%i", async (family) => {
    const [device, cloud] = await Promise.all([network.device.peer(), network.cloud.peer()]);
    const server = await cloud.datagrams(9_000 + family, addresses.cloud[family]);
    const client = await device.datagrams(9_000 + family, addresses.device[family]);
    client.send(Buffer.from("time?"), addresses.cloud[family], 9_000 + family);
    expect(await server.datagram()).toMatchObject({ address: addresses.device[family], port: 9_000 + family });
  });

  it("lets the neighbour reach the cloud and the gateway", async () => {
    const [neighbour, cloud, gateway] = await Promise.all([
      network.neighbour.peer(),
      network.cloud.peer(),
      network.gateway.peer(),
    ]);
    const [outside, inside] = await Promise.all([cloud.listen(8_010), gateway.listen(8_010)]);
    await neighbour.connect(addresses.cloud[4], 8_010);
    await neighbour.connect(addresses.gateway[6], 8_010);
    expect((await outside.connection()).ends.remoteAddress).toBe(addresses.neighbour[4]);
    expect((await inside.connection()).ends.remoteAddress).toBe(addresses.neighbour[6]);
  });

  it("shows a refused connection and a reset as what they are", async () => {
    const [device, cloud] = await Promise.all([network.device.peer(), network.cloud.peer()]);
    await expect(device.connect(addresses.cloud[4], 8_020)).rejects.toThrow("ECONNREFUSED");
    const server = await cloud.listen(8_020);
    const socket = await device.connect(addresses.cloud[4], 8_020);
    (await server.connection()).reset();
    await socket.over();
    expect(socket.ending).toBe("reset");
  });
});

describeWithNetworks("a network whose gateway translates addresses", () => {
  let network: Network;

  beforeAll(async () => {
    network = await Network.create({ masquerade: true });
  });

  afterAll(() => network.remove());

  it.each(families)("shows the cloud the gateway's address, over IPv%i", async (family) => {
    const [device, cloud] = await Promise.all([network.device.peer(), network.cloud.peer()]);
    const server = await cloud.listen(8_000 + family);
    const socket = await device.connect(addresses.cloud[family], 8_000 + family);
    expect((await server.connection()).ends.remoteAddress).toBe(addresses.outside[family]);
    const flows = await trackedFlows(network.gateway, family);
    expect(flows.filter((flow) => flow.sourcePort === socket.ends.localPort).map(isTranslated)).toEqual([true]);
  });
});
