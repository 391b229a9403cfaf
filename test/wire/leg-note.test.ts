import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LegNote } from "../../src/model/recording.js";
import { encodeLegNote, parseLegNote } from "../../src/wire/leg-note.js";

const note: LegNote = {
  ...{ session: "ab12cd-1", leg: "device", relay: "deye", protocol: "solarman", security: "tls", port: 443 },
  ...{ device: "solarman_2712345678", reason: 'anomaly: "garbage" twice' },
};

describe("leg note", () => {
  it("is one line that people can read", () => {
    expect(encodeLegNote(note)).toBe(
      'cloudtap session=ab12cd-1 leg=device relay=deye protocol=solarman security=tls port=443 device=solarman_2712345678 reason="anomaly: \\"garbage\\" twice"',
    );
  });

  it("is read back among other lines", () => {
    expect(parseLegNote(`hello 0x41\n${encodeLegNote(note)}\nmore`)).toEqual(note);
  });

  it("leaves out what is not known", () => {
    const { port: _port, device: _device, ...rest } = note;
    expect(parseLegNote(encodeLegNote(rest))).toEqual(rest);
  });

  it("keeps any reason", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (reason) => {
        expect(parseLegNote(encodeLegNote({ ...note, reason }))).toEqual({ ...note, reason });
      }),
    );
  });

  it("finds nothing in a comment that is none, and never throws", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseLegNote(text)).toBeUndefined();
      }),
    );
    expect(parseLegNote("cloudtap session=1 leg=left security=tls")).toBeUndefined();
  });
});
