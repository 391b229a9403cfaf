import { describe, expect, it } from "vitest";
import { sessions } from "../../../../src/texts/en/sessions.js";
import { time } from "../../../../src/texts/en/time.js";
import type { FrameView } from "../../../../src/web/api-types.js";
import { changeWords, placeWords, roleWords, searchableFrame } from "../../../../src/web/page/logic/frame-words.js";
import { createSpeech } from "../../../../src/web/page/logic/speech.js";

const { frames: texts } = sessions;
const words = { speech: createSpeech("en", time, "UTC"), texts };

function frame(number: number, hex: string): FrameView {
  return {
    ...{ session: "s", number, at: 0, direction: "device-to-cloud", role: "report", label: "data" },
    ...{ bytes: hex.length / 2, hex, fields: [{ offset: 0, length: 2, name: "power", value: "412 W" }] },
  };
}

describe("frames in words", () => {
  it("name the field at a place", () => {
    const [field] = frame(1, "").fields;
    expect(placeWords({ offset: 0, length: 2 }, field, words)).toBe("Bytes 0 to 1: power = 412 W");
    expect(placeWords({ offset: 7, length: 1 }, { offset: 7, length: 1, name: "end" }, words)).toBe("Byte 7: end");
    expect(placeWords({ offset: 7, length: 1 }, undefined, words)).toBe("Byte 7: no known field");
  });

  it("say how they differ from the one of their kind before", () => {
    const said = (now: string, before?: string) => {
      const earlier = before === undefined ? undefined : frame(3, before);
      return changeWords({ frame: frame(5, now), earlier }, words.speech, texts);
    };
    expect(said("0102")).toBe("The first one of its kind.");
    expect(said("0102", "0102")).toBe("Nothing differs from frame 3, the last one of its kind.");
    expect(said("0103", "0102")).toBe("1 byte differs from frame 3, the last one of its kind.");
    expect(said("ff0304", "0103")).toBe("2 bytes differ from frame 3, the last one of its kind.");
  });

  it("have a role in words, an unknown one by its name", () => {
    expect(roleWords({ ...frame(1, ""), role: "command-result" }, texts)).toBe("Answer to a command");
    expect(roleWords({ ...frame(1, ""), role: "valueOf" }, texts)).toBe("valueOf");
  });

  it("are found by label, role, fields and their values", () => {
    expect(searchableFrame(frame(1, ""))).toBe("data report power 412 W");
  });
});
