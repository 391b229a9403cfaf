import { describe, expect, it } from "vitest";
import { disguiseAtText } from "../../../src/protocols/solarman/at-disguise.js";
import { KeyedPseudonyms } from "../../../src/recording/pseudonyms.js";

function disguised(text: string): string {
  const bytes = Uint8Array.from(Buffer.from(text, "latin1"));
  disguiseAtText(bytes, new KeyedPseudonyms(new Uint8Array(32)));
  return Buffer.from(bytes).toString("latin1");
}

describe("disguiseAtText", () => {
  it.each(["AT+TIME=1,60,120\r", "AT+Z\r", "AT+VER\r", "+ok\r\n", "AT+UART=9600,8,1,None,NFC\r"])(
    "leaves %j, which tells of nobody",
    (text) => expect(disguised(text)).toBe(text),
  );

  it("replaces names and keys of networks, and web users", () => {
    expect(disguised("AT+WSSSID=HomeNet\r")).toMatch(/^AT\+WSSSID=[A-Z][a-z]{3}[A-Z][a-z]{2}\r$/);
    expect(disguised("AT+WSKEY=WPA2PSK,AES,hunter2secret\r")).toMatch(/^AT\+WSKEY=WPA2PSK,AES,[a-z]{6}\d[a-z]{6}\r$/);
    expect(disguised("AT+WSKEY=WPA2PSK,AES,hunter2secret\r")).not.toContain("hunter2");
    expect(disguised("AT+WEBU=admin,geheim\r")).not.toMatch(/admin|geheim/);
  });

  it("replaces addresses and hosts of one's own, not those of the vendor", () => {
    expect(disguised("AT+NETP=TCP,Server,10000,192.168.1.5\r")).toMatch(
      /^AT\+NETP=TCP,Server,10000,192\.168\.\d\.\d\r$/,
    );
    expect(disguised("AT+SOCKB=TCP,10000,myhome.dyndns.org\r")).not.toContain("myhome");
    const vendor = "AT+SOCKB=TCP,10000,5406.deviceaccess.host\r";
    expect(disguised(vendor)).toBe(vendor);
  });

  it("replaces what answers give, each line by itself", () => {
    const text = "+ok=HomeNet\r\n+ok=2712345678\r\n+ok=98D863859808\r\n";
    expect(disguised(text)).not.toMatch(/HomeNet|2712345678|98D863859808/);
    expect(disguised(text)).toMatch(/^\+ok=[A-Za-z]{7}\r\n\+ok=\d{10}\r\n\+ok=[0-9A-F]{12}\r\n$/i);
  });
});
