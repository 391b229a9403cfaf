import type { OverviewView } from "../../api-types.js";
import type { ViewContext } from "./context.js";

/** The names of devices, for views that are told of them by their ids. */
export interface DeviceNames {
  /** The id itself as long as no name is known. */
  readonly of: (id: string) => string;
  /** Calls `listener` when the names have been read. */
  onRead(listener: (overview: OverviewView) => void): void;
}

/** Reads the names once, and anew when a device came or changed. What fails leaves ids in their place. */
export function readNames({ api, live, scope }: ViewContext): DeviceNames {
  const names = new Map<string, string>();
  const listeners: ((overview: OverviewView) => void)[] = [];
  const read = async (): Promise<void> => {
    try {
      const overview = await api.overview();
      for (const { id, name } of overview.devices) names.set(id, name);
      if (!scope.hasEnded) for (const listener of listeners) listener(overview);
    } catch {
      // The view says by itself that Cloudtap does not answer; ids will do.
    }
  };
  scope.add(live.on("device", ({ device }) => (names.has(device) ? undefined : void read())));
  void read();
  return { of: (id) => names.get(id) ?? id, onRead: (listener) => listeners.push(listener) };
}
