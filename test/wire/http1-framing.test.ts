import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Frame, Splitter } from "../../src/model/protocol.js";
import { createHttp1Splitter, type Http1Framing } from "../../src/wire/http1-framing.js";

const limits = { headLimitBytes: 200, messageLimitBytes: 1_000, staleAfterMs: 1_000 };

function requests(changes: Partial<Http1Framing> = {}): Splitter {
  return createHttp1Splitter({ direction: "device-to-cloud", messages: "requests", ...limits, ...changes });
}

function responses(changes: Partial<Http1Framing> = {}): Splitter {
  return createHttp1Splitter({ direction: "cloud-to-device", messages: "responses", ...limits, ...changes });
}

/** `=` before whole messages, `~` before bytes that are none, the fault behind them. */
function shown(frames: readonly Frame[]): readonly string[] {
  const out: string[] = [];
  let inRun = false;
  for (const { bytes, whole, fault } of frames) {
    const text = Buffer.from(bytes).toString("latin1");
    if (whole) out.push(`=${text}`);
    else if (inRun && fault === undefined) out.push(`${out.pop() ?? ""}${text}`);
    else out.push(`~${fault === undefined ? "" : `[${fault.kind}]`}${text}`);
    inRun = !whole;
  }
  return out;
}

function feed(splitter: Splitter, ...chunks: readonly string[]): readonly string[] {
  const copy = (frame: Frame): Frame => ({ ...frame, bytes: frame.bytes.slice() });
  const frames = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk, "latin1")).map(copy));
  return shown([...frames, ...splitter.end().map(copy)]);
}

const post = "POST /a?b=1 HTTP/1.1\r\nhOST: x\r\nContent-Length: 3\r\n\r\nabc";
const get = "GET /b HTTP/1.1\r\n\r\n";
const chunked = "PUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234567890123456789";

describe("requests", () => {
  it("gives each of several in one piece a frame of its own, bytes unchanged", () => {
    expect(feed(requests(), post + get + chunked + post)).toEqual([`=${post}`, `=${get}`, `=${chunked}`, `=${post}`]);
  });

  it("gives a frame as soon as its last byte is there", () => {
    const splitter = requests();
    expect(splitter.push(Buffer.from(post.slice(0, -1)))).toEqual([]);
    expect(splitter.pendingBytes).toBe(post.length - 1);
    expect(splitter.push(Buffer.from("c"))).toHaveLength(1);
    expect(splitter.pendingBytes).toBe(0);
  });

  it("lets blank lines between messages pass without a fault", () => {
    expect(feed(requests(), `\r\n${get}\r\n\r\n${get}`)).toEqual(["~\r\n", `=${get}`, "~\r\n\r\n", `=${get}`]);
  });

  it("finds the next request behind garbage, even in the same line", () => {
    expect(feed(requests(), `\u0016\u0003junk\nmore\n${get}`)).toEqual([
      "~[not_http]\u0016\u0003junk\nmore\n",
      `=${get}`,
    ]);
    expect(feed(requests(), `${get}junk${get}`)).toEqual([`=${get}`, "~[not_http]junk", `=${get}`]);
  });

  it("refuses lengths that contradict each other, and goes on behind the header", () => {
    const bad = "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n";
    expect(feed(requests(), bad + get)).toEqual([`~[not_http]${bad}`, `=${get}`]);
  });

  it("refuses chunks without a length, and finds the next request", () => {
    const bad = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n";
    expect(feed(requests(), bad + get)).toEqual([`~[not_http]${bad}`, `=${get}`]);
  });
});

describe("limits", () => {
  it("E12: gives a header without an end out at its limit, and the rest of it too", () => {
    const endless = `GET / HTTP/1.1\r\nX: ${"a".repeat(500)}`;
    const splitter = requests();
    const out = feed(splitter, endless, "\r\n\r\n", get);
    expect(out).toEqual([`~[header_too_long]${endless}\r\n\r\n`, `=${get}`]);
    expect(feed(requests(), `GET /${"a".repeat(500)}`)[0]).toMatch(/^~\[header_too_long\]/);
  });

  it("passes a message that is too large by its own length and finds the next", () => {
    const body = "GET /x HTTP/1.1\r\n\r\n".repeat(300).slice(0, 5000);
    const large = `POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n${body}`;
    expect(feed(requests(), large + get)).toEqual([`~[message_too_large]${large}`, `=${get}`]);
  });

  it("passes a chunked message that is too large by its chunks", () => {
    const chunk = `64\r\n${"a".repeat(100)}\r\n`;
    const large = `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(30)}0\r\n\r\n`;
    expect(feed(requests(), large.slice(0, 700), large.slice(700) + get)).toEqual([
      `~[message_too_large]${large}`,
      `=${get}`,
    ]);
  });

  it("takes a message of exactly the limit", () => {
    const head = "POST / HTTP/1.1\r\nContent-Length: 950\r\n\r\n";
    const message = head + "a".repeat(950);
    expect(feed(requests({ messageLimitBytes: message.length }), message)).toEqual([`=${message}`]);
    expect(feed(requests({ messageLimitBytes: message.length - 1 }), message)).toEqual([
      `~[message_too_large]${message}`,
    ]);
  });

  it("never holds more than a message, whatever comes", () => {
    const splitter = requests();
    for (const start of [
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
      "x".repeat(10),
      "GET / HTTP/1.1\r\n",
    ]) {
      splitter.push(Buffer.from(start));
      for (let i = 0; i < 200; i += 1) {
        splitter.push(Buffer.from("0100\r\n"));
        expect(splitter.pendingBytes).toBeLessThanOrEqual(limits.messageLimitBytes);
      }
      splitter.end();
    }
  });

  it("looks at each byte once when they come one by one", () => {
    const size = 300_000;
    const message = Buffer.from(`POST / HTTP/1.1\r\nContent-Length: ${size}\r\n\r\n${"a".repeat(size)}`);
    const splitter = requests({ messageLimitBytes: 4 * size });
    let frames = 0;
    for (let at = 0; at < message.length; at += 1) frames += splitter.push(message.subarray(at, at + 1)).length;
    expect(frames).toBe(1);
  });
});

describe("responses", () => {
  it("takes those without a body, interim ones and pipelined ones apart", () => {
    const stream = [
      "HTTP/1.1 100 Continue\r\n\r\n",
      ok,
      "HTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 304 X\r\nContent-Length: 20\r\n\r\n",
    ];
    expect(feed(responses(), stream.join(""))).toEqual(stream.map((part) => `=${part}`));
  });

  it("ends one without a length at the end of the connection", () => {
    const open = "HTTP/1.1 200 OK\r\n\r\nbody HTTP/1.1 200 OK\r\n\r\n";
    expect(feed(responses(), open.slice(0, 20), open.slice(20))).toEqual([`=${open}`]);
  });

  it("tells a response to HEAD by the response behind it, or by the end", () => {
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n";
    expect(feed(responses(), head, ok)).toEqual([`=${head}`, `=${ok}`]);
    expect(feed(responses(), head)).toEqual([`=${head}`]);
  });

  it("lets what follows an upgrade pass", () => {
    const upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n";
    expect(feed(responses(), `${upgrade}\u0000\u0001`, ok)).toEqual([`=${upgrade}`, `~\u0000\u0001${ok}`]);
  });
});

describe("the end", () => {
  it.each([
    ["a start line", "POST /a HT", "not_http"],
    ["a header", "POST /a HTTP/1.1\r\nHost", "incomplete_message"],
    ["a body", post.slice(0, -1), "incomplete_message"],
  ])("gives out half of %s with a fault", (_name, half, kind) => {
    expect(feed(requests(), half)).toEqual([`~[${kind}]${half}`]);
  });

  it("passes the rest of a body that comes late, and goes on", () => {
    const splitter = requests();
    splitter.push(Buffer.from(post.slice(0, -2)));
    expect(shown(splitter.end())).toEqual([`~[incomplete_message]${post.slice(0, -2)}`]);
    expect(feed(splitter, `bc${get}`)).toEqual(["~bc", `=${get}`]);
  });
});

describe("any stream", () => {
  const part = fc.oneof(
    fc.constantFrom(
      post,
      get,
      chunked,
      ok,
      "\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n",
      "GET / HTTP/1.1\r\nX: ",
    ),
    fc.string({ unit: "binary", maxLength: 60 }),
  );
  const cutting = fc.array(fc.nat(400), { maxLength: 30 });

  function pieces(text: string, cuts: readonly number[]): readonly string[] {
    const out: string[] = [];
    let at = 0;
    for (const cut of cuts) {
      out.push(text.slice(at, at + cut));
      at += cut;
    }
    return [...out, text.slice(at)];
  }

  it.each([
    ["requests", requests],
    ["responses", responses],
  ])("%s: gives every byte out once and the same frames in any split", (_name, create) => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), cutting, (parts, cuts) => {
        const text = Buffer.from(parts.join(""), "latin1").toString("latin1");
        const whole = feed(create(), text);
        expect(whole.map((frame) => frame.replace(/^[=~](\[\w+\])?/, "")).join("")).toBe(text);
        expect(feed(create(), ...pieces(text, cuts))).toEqual(whole);
      }),
      { numRuns: 1_500 },
    );
  });
});
