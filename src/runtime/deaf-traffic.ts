import type { LegTraffic, SessionTraffic } from "../model/traffic.js";

/** In the place of an observer that failed, or of a leg that nobody notes: nothing reaches it. */
export const deafLeg: LegTraffic = {
  received: () => undefined,
  sent: () => undefined,
  ended: () => undefined,
  reset: () => undefined,
};

export const deafSession: SessionTraffic = {
  wantsSecrets: false,
  legOpened: () => deafLeg,
  secret: () => undefined,
  closed: () => undefined,
};
