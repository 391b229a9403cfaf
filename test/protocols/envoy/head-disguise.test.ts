import { describe, expect, it } from "vitest";
import { disguiseHead } from "../../../src/protocols/envoy/head-disguise.js";
import { KeyedPseudonyms } from "../../../src/recording/pseudonyms.js";

const disguised = (head: string, contentLength?: number): string =>
  disguiseHead(head, contentLength === undefined ? {} : { contentLength }, new KeyedPseudonyms(new Uint8Array(32)));

describe("disguiseHead", () => {
  it("keeps what names the vendor and the format, byte for byte", () => {
    const head =
      "POST /emu_reports/performance_report?webcomm_version=4.6.0 HTTP/1.1\r\nHost: reports.enphaseenergy.com:443\r\nContent-Type: application/x-deflate\r\nUser-Agent: Envoy/1.2.3.4\nDate: Sat, 11 Jul 2015 12:00:00 GMT\r\n\r\n";
    expect(disguised(head)).toBe(head);
  });

  it("tells the new length", () => {
    expect(disguised("HTTP/1.1 200 OK\r\ncontent-length:  142\r\n\r\n", 99)).toBe(
      "HTTP/1.1 200 OK\r\ncontent-length:  99\r\n\r\n",
    );
  });

  it("replaces tokens, cookies and credentials, not the words around them", () => {
    const head = disguised(
      "GET / HTTP/1.1\r\nAuthorization: Basic amFuZTpnZWhlaW0=\r\nX-Session-Token: abc123\r\nSet-Cookie: sid=s3cret; Path=/; Max-Age=60\r\n\r\n",
    );
    expect(head).not.toMatch(/amFuZTpnZWhlaW0|abc123|s3cret/);
    expect(head).toMatch(
      /Authorization: Basic \w{15}=\r\nX-Session-Token: [a-z]{3}\d{3}\r\nSet-Cookie: sid=[a-z]\d[a-z]{4}; Path=\/; Max-Age=60\r\n\r\n$/,
    );
  });

  it("replaces serial numbers and addresses in the target and in any header", () => {
    const head = disguised(
      "GET /emu/121319013553/x?serial_num=121319013553&token=abcdef99&n=1 HTTP/1.1\r\nHost: 192.168.1.20\r\nX-Forwarded-For: 192.168.1.20\r\n\r\n",
    );
    expect(head).not.toMatch(/121319013553|192\.168\.1\.20|abcdef99/);
    const [, path, query] = /^GET \/emu\/(\d{12})\/x\?serial_num=(\d{12})&token=[a-z]{6}\d\d&n=1 HTTP/.exec(head) ?? [];
    expect(path).toBe(query);
    expect(path).toBeDefined();
  });
});
