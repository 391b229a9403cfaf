import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeLine, parseReply, parseRequest } from "../../src/admin/exchange.js";

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
const args = fc.dictionary(fc.string(), json).map((value) => JSON.parse(JSON.stringify(value)));

describe("requests", () => {
  it("are read as they were written, on one line", () => {
    fc.assert(
      fc.property(fc.string(), args, (command, given) => {
        const line = encodeLine({ command, args: given });
        expect(line.indexOf("\n")).toBe(line.length - 1);
        expect(parseRequest(line)).toEqual({ command, args: given });
      }),
    );
  });

  it("may leave out the arguments", () => {
    expect(parseRequest('{"command":"status"}')).toEqual({ command: "status", args: {} });
  });

  it.each(["", "status", "null", "[]", "{}", '{"command":1}', '{"command":"a","args":[]}', '{"command":"a"'])(
    "are not found in %s",
    (line) => {
      expect(parseRequest(line)).toBeUndefined();
    },
  );

  it("are looked for in any text without throwing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        parseRequest(line);
        parseReply(line);
      }),
    );
  });
});

describe("replies", () => {
  it("are read as they were written", () => {
    fc.assert(
      fc.property(json, (result) => {
        expect(parseReply(encodeLine({ ok: true, result }))).toEqual({ ok: true, result });
      }),
    );
    const refusal = { ok: false, error: { code: "BUSY", message: "later" } } as const;
    expect(parseReply(encodeLine(refusal))).toEqual(refusal);
  });

  it.each(["{}", '{"ok":true}', '{"ok":false}', '{"ok":false,"error":{"code":1,"message":""}}', "HTTP/1.1 400"])(
    "are not found in %s",
    (line) => {
      expect(parseReply(line)).toBeUndefined();
    },
  );
});
