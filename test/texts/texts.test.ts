import { describe, expect, it } from "vitest";
import { de } from "../../src/texts/de/index.js";
import { en } from "../../src/texts/en/index.js";
import { recipes } from "../../src/texts/recipes.js";
import { gapsOf } from "../../src/web/page/logic/fill.js";

/** Each text of a table by its path. */
function textsOf(table: unknown, path = ""): readonly (readonly [path: string, text: string])[] {
  if (typeof table === "string") return [[path, table]];
  if (typeof table !== "object" || table === null) throw new Error(`${path}: expected a text or a table`);
  return Object.entries(table).flatMap(([key, value]) => textsOf(value, `${path}/${key}`));
}

const [english, german] = [textsOf(en), new Map(textsOf(de))];

describe("texts", () => {
  it("have the same gaps in both languages", () => {
    const gaps = (text: string | undefined) => gapsOf(text ?? "").join();
    const different = english.filter(([path, text]) => gaps(text) !== gaps(german.get(path)));
    expect(different.map(([path]) => path)).toEqual([]);
  });

  it("name the same recipes and conditions in both languages, and only those that there are", () => {
    const names = english.filter(([path]) => /\/(recipe|when)$/.test(path));
    expect(names.filter(([path, name]) => german.get(path) !== name)).toEqual([]);
    const used = names.filter(([path]) => path.endsWith("/recipe")).map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(recipes).sort());
    const conditions = names.filter(([path]) => path.endsWith("/when")).map(([, name]) => name);
    expect([...new Set(conditions)].sort()).toEqual(["no_interception", "no_name_server", "port_differs"]);
  });

  it("are none of them empty, nor begin or end with a blank", () => {
    const odd = [...english, ...german].filter(([, text]) => text.trim() !== text || text === "");
    expect(odd).toEqual([]);
  });

  it("are translated, but for names, signs and words that are the same in both", () => {
    const same = english.filter(([path, text]) => german.get(path) === text && /[a-z]{4}/.test(text));
    const expected = [
      /^\/page\/(product|languages|version|values)/,
      /^\/setup\/(routers|relayLabel|noRelayRecipe|kinds)/,
      /^\/(time|guides)\//,
      /^\/(device\/facts|privacy\/to)/,
      /^\/sessions\/(columns|frames)\/(bytes|frames|list|number|hex|at)$/,
      // Nothing but gaps.
      /^\/device\/energy\/(total|bar)$/,
    ];
    expect(same.map(([path]) => path).filter((path) => !expected.some((pattern) => pattern.test(path)))).toEqual([]);
  });
});
