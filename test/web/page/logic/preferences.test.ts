import { describe, expect, it } from "vitest";
import { chooseLanguage, Preferences } from "../../../../src/web/page/logic/preferences.js";

function storage(kept: Record<string, string> = {}) {
  return {
    kept,
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => {
      kept[key] = value;
    },
  };
}

describe("preferences", () => {
  it("are kept under names of Cloudtap's own", () => {
    const keeping = storage();
    const preferences = new Preferences(keeping);
    preferences.theme = "dark";
    preferences.language = "de";
    expect(keeping.kept).toEqual({ "cloudtap.theme": "dark", "cloudtap.language": "de" });
    expect([preferences.theme, preferences.language]).toEqual(["dark", "de"]);
  });

  it("are the usual ones where nothing, or nonsense, is kept", () => {
    const kept = { "cloudtap.theme": "pink", "cloudtap.language": "tlh" };
    for (const keeping of [storage(), storage(kept), undefined]) {
      const preferences = new Preferences(keeping);
      expect([preferences.theme, preferences.language]).toEqual(["auto", undefined]);
    }
  });

  it("do without a storage that may not be used", () => {
    const refuse = () => {
      throw new Error("denied");
    };
    const preferences = new Preferences({ getItem: refuse, setItem: refuse });
    preferences.theme = "light";
    expect(preferences.theme).toBe("auto");
  });

  it("take the first of the browser's languages that the page speaks", () => {
    expect(chooseLanguage(["fr", "de-AT", "en"])).toBe("de");
    expect(chooseLanguage(["EN-us"])).toBe("en");
    expect(chooseLanguage(["fr", "den"])).toBe("en");
    expect(chooseLanguage([])).toBe("en");
  });
});
