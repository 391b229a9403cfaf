import { describe, expect, it } from "vitest";
import { embeddedListen, usualWebListen, webListen } from "../../src/config/listens.js";

const place = { host: "127.0.0.1", port: 1 };
const listen = "127.0.0.1:1";

describe("where the embedded broker listens", () => {
  it.each([
    [{ mqtt: { embedded: { listen } } }, place],
    [{ mqtt: { embedded: { listen: 2 }, url: "" } }, { host: undefined, port: 2 }],
    [{ mqtt: { embedded: { listen }, url: "mqtt://host" } }, undefined],
    [{ mqtt: { embedded: { listen: "nowhere" } } }, undefined],
    [{ mqtt: { embedded: { listen: [1] } } }, undefined],
    [{}, undefined],
  ])("%j", (document, expected) => {
    expect(embeddedListen(document)).toEqual(expected);
  });
});

describe("where the page is served", () => {
  it.each([
    [{ web: { listen } }, place],
    [{ web: { listen, enabled: true } }, place],
    [{ web: { listen, enabled: false } }, undefined],
    [{ web: { listen: "nowhere" } }, undefined],
    [{ web: { listen: usualWebListen } }, { host: "127.0.0.1", port: 8099 }],
    [{ web: "8099" }, undefined],
    [{}, undefined],
  ])("%j", (document, expected) => {
    expect(webListen(document)).toEqual(expected);
  });
});
