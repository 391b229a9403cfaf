/** Where in the page one is. `part` of a device: what is shown of it. */
export type Route =
  | { readonly view: "overview" | "sessions" | "captures" | "setup" | "privacy" }
  | { readonly view: "device"; readonly id: string; readonly part: DevicePart }
  | { readonly view: "session"; readonly id: string }
  | { readonly view: "unknown" };

/** What is shown of a device, in the order of the menu; the first one when nothing else is asked for. */
export const deviceParts = ["charts", "values", "settings", "events", "properties"] as const;

export type DevicePart = (typeof deviceParts)[number];

const plainViews = ["sessions", "captures", "setup", "privacy"] as const;

/** Reads a location's hash, with its `#` or without. Ids come percent-encoded. */
export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#?\/?/, "").split("/");
  const [view = "", rawId = "", part = ""] = parts;
  if (parts.length === 1 && view === "") return { view: "overview" };
  const plain = plainViews.find((name) => name === view);
  if (plain !== undefined && parts.length === 1) return { view: plain };
  const id = decoded(rawId);
  if (id === undefined || id === "") return { view: "unknown" };
  if (view === "session" && parts.length === 2) return { view, id };
  const devicePart = part === "" ? "charts" : deviceParts.find((name) => name === part);
  if (view === "device" && parts.length <= 3 && devicePart !== undefined) return { view, id, part: devicePart };
  return { view: "unknown" };
}

/** The hash that leads to a route. */
export function hashOf(route: Route): string {
  switch (route.view) {
    case "overview":
    case "unknown":
      return "#/";
    case "device": {
      const part = route.part === "charts" ? "" : `/${route.part}`;
      return `#/device/${encodeURIComponent(route.id)}${part}`;
    }
    case "session":
      return `#/session/${encodeURIComponent(route.id)}`;
    default:
      return `#/${route.view}`;
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
