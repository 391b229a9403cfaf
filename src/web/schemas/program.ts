import type { ErrorView } from "../api-requests.js";
import type { HealthView, OverviewView, PrivacyView, ProgramView, RelayView } from "../api-types.js";
import { deviceSummarySchema } from "./devices.js";
import { problemSchema } from "./problem.js";
import { count, list, object, oneOf, optional, ref, text, time, truth, view } from "./schema.js";

const programSchema = view<ProgramView>("ProgramView", "Cloudtap itself", {
  version: text(),
  startedAt: time(),
  now: time("The clock of its host"),
  broker: object<ProgramView["broker"]>({ url: text(), connected: truth(), embedded: truth() }),
  timezone: text("IANA name by which days are counted"),
  historyHours: count("Hours of values that are kept for charts; 0: none"),
});

const relaySchema = view<RelayView>("RelayView", "One relay of the configuration", {
  name: text(),
  protocol: text(),
  listen: text("Where devices call, with the port in force"),
  upstream: text("The cloud that it leads to"),
  cloud: oneOf(["relay", "local", "auto"]),
  control: truth("Whether settings can be written"),
  status: oneOf(["waiting", "active", "silent", "failed"]),
  error: optional(text("Why it failed")),
  sessionsOpen: count(),
  sessionsStarted: count("Since the start"),
  turnedAway: count("Connections that were not served"),
});

const overviewSchema = view<OverviewView>("OverviewView", "What there is, and what is wrong", {
  program: ref(programSchema),
  relays: list(ref(relaySchema)),
  devices: list(ref(deviceSummarySchema)),
  problems: list(ref(problemSchema), "Those that belong to no device"),
});

const healthSchema = view<HealthView>("HealthView", "Whether Cloudtap does its work", {
  status: oneOf(["ok", "failing"]),
  reasons: list(text(), "English, for people; empty when it is ok"),
});

const privacySchema = view<PrivacyView>("PrivacyView", "What each device tells whom", {
  devices: list(
    object<PrivacyView["devices"][number]>({
      id: text(),
      name: text(),
      destinations: list(
        object<PrivacyView["devices"][number]["destinations"][number]>({
          host: text("The name by which it is called, else its address"),
          port: count(),
          security: oneOf(["plain", "tls", "splice"]),
          lastAt: time(),
          days: list(
            object<PrivacyView["devices"][number]["destinations"][number]["days"][number]>({
              day: text("Such as 2026-11-21"),
              sent: count("Bytes"),
              received: count("Bytes"),
            }),
            "Newest first, at most 30",
          ),
        }),
        "Whom it told something; empty: nobody but Cloudtap",
      ),
      fields: list(
        object<PrivacyView["devices"][number]["fields"][number]>({ key: text(), name: text() }),
        "What of its reports went to its cloud",
      ),
      unread: truth("Part of it passes encrypted, so that nobody here knows what it says"),
    }),
  ),
});

export const errorSchema = view<ErrorView>("ErrorView", "Why something was not done", {
  error: text("A code of docs/errors.md, or one of those in docs/api.md"),
  message: text("English, for people"),
});

export const programSchemas = {
  program: programSchema,
  relay: relaySchema,
  problem: problemSchema,
  overview: overviewSchema,
  health: healthSchema,
  privacy: privacySchema,
  error: errorSchema,
} as const;
