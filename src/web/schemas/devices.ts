import type { ForgottenView, SettingRequest } from "../api-requests.js";
import type {
  DeviceCloudView,
  DeviceEventView,
  DeviceSummary,
  DeviceView,
  EncryptionView,
  EnergyDay,
  EnergyView,
  HistoryView,
  PropertyView,
  SeriesView,
  SettingView,
  StateValueView,
  ValueView,
  WriteView,
} from "../api-types.js";
import { problemSchema } from "./problem.js";
import {
  count,
  list,
  number,
  object,
  oneOf,
  optional,
  type Properties,
  record,
  ref,
  request,
  text,
  time,
  truth,
  value,
  view,
} from "./schema.js";

const valueProperties: Properties<ValueView> = {
  key: text("As in the state topic"),
  name: text(),
  value: value(),
  unit: optional(text()),
  precision: optional(count("Decimals that are shown")),
  deviceClass: optional(text("Of Home Assistant")),
  category: optional(oneOf(["diagnostic", "config"])),
};

const valueSchema = view<ValueView>("ValueView", "One value of a device", valueProperties);

const seriesSchema = view<SeriesView>("SeriesView", "One line of a chart", {
  key: text(),
  name: text(),
  unit: optional(text()),
  points: list(
    { type: "array", items: { type: ["number", "null"] }, minItems: 2, maxItems: 2 },
    "Time in milliseconds and value; null: a gap",
  ),
});

const summaryProperties: Properties<DeviceSummary> = {
  id: text("As in the topics"),
  name: text(),
  protocol: text(),
  relay: text("Name of its relay"),
  model: optional(text()),
  via: optional(text("Id of the device through which it is reached")),
  status: oneOf(["online", "asleep", "offline"]),
  available: truth(),
  lastSeen: time(),
  intervalS: number("Usual seconds between its signs of life"),
  cloud: optional(
    object<DeviceCloudView>({
      policy: oneOf(["relay", "local", "auto"], "What the configuration wants"),
      mode: optional(oneOf(["relay", "local"], "Who answers the device at present")),
      lastAnswerAt: optional(time()),
      waiting: count("Reports that wait until the cloud is back"),
    }),
  ),
  encryption: optional(
    object<EncryptionView>({
      state: oneOf(["readable", "refused", "unread"]),
      since: time(),
      reason: text(),
      target: text(),
    }),
  ),
  highlights: list(ref(valueSchema), "What people want to see first, at most six"),
  sparkline: optional(ref(seriesSchema)),
  problems: list(ref(problemSchema)),
};

export const deviceSummarySchema = view<DeviceSummary>("DeviceSummary", "A device in the overview", summaryProperties);

const settingSchema = view<SettingView>("SettingView", "How a value can be written", {
  platform: oneOf(["number", "select", "switch", "button", "text"]),
  range: optional(object<NonNullable<SettingView["range"]>>({ min: number(), max: number(), step: number() })),
  options: optional(list(text())),
  onOff: optional({ type: "array", items: text(), minItems: 2, maxItems: 2, description: "What is written" }),
  pattern: optional(text("Regular expression that a text must match")),
});

const stateValueSchema = view<StateValueView>("StateValueView", "One key of a device's state", {
  ...valueProperties,
  platform: text("Of Home Assistant"),
  enabled: truth("Whether Home Assistant shows it from the beginning"),
  receivedAt: optional(time("When it came in; absent where that was in an earlier run")),
  reads: count("Counted since the start"),
  changes: count("Counted since the start"),
  changedAt: optional(time()),
  total: optional(oneOf(["lifetime", "daily"])),
  setting: optional(ref(settingSchema)),
});

const deviceSchema = view<DeviceView>("DeviceView", "A device with all of its values", {
  ...summaryProperties,
  manufacturer: optional(text()),
  swVersion: optional(text()),
  hwVersion: optional(text()),
  serialNumber: optional(text()),
  address: optional(text()),
  values: list(ref(stateValueSchema)),
  control: truth("Its relay lets settings be written"),
  charted: list(text(), "Keys for which there is a history"),
  hasProperties: truth(),
  hasEnergy: truth(),
  children: list(text(), "Ids of the devices that are reached through it"),
});

const historySchema = view<HistoryView>("HistoryView", "Values of the last hours", {
  from: time(),
  to: time(),
  stepMs: count("Between two points"),
  series: list(ref(seriesSchema)),
});

const energySchema = view<EnergyView>("EnergyView", "Energy by day", {
  key: text("The lifetime total that it was made from"),
  name: text(),
  days: list(
    object<EnergyDay>({
      day: text("Such as 2026-11-21, in the program's time zone"),
      kwh: { type: ["number", "null"], description: "Null: nothing is known of that day" },
      complete: truth("False: the day is not over, or was not observed from its beginning"),
    }),
  ),
});

const propertySchema = view<PropertyView>("PropertyView", "One property of a device, as its vendor numbers them", {
  id: text("Such as 0x0600"),
  key: text(),
  name: text(),
  type: optional(text()),
  queries: count(),
  changes: count(),
  changedAt: optional(time()),
  decoded: value(),
  unit: optional(text()),
  raw: optional(text("Newest value as it came, in hex digits")),
});

/** Without the device's id, which live events add. */
export const eventProperties: Properties<DeviceEventView> = {
  at: time(),
  type: text(),
  attributes: record(true),
};

const eventSchema = view<DeviceEventView>("DeviceEventView", "Something that happened once", eventProperties);

const writeSchema = view<{ readonly [K in keyof WriteView]: WriteView[K] } & Partial<WriteParts>>(
  "WriteView",
  "How a write ended",
  {
    status: oneOf(["applied", "rejected", "timeout"]),
    value: optional(value("What the device confirmed")),
    error: optional(text("Why it was not applied")),
  },
);

interface WriteParts {
  readonly value: Extract<WriteView, { readonly status: "applied" }>["value"];
  readonly error: string;
}

const settingRequestSchema = request<SettingRequest>("SettingRequest", "A write of a setting", {
  value: { type: ["number", "string", "boolean"], description: "As the setting shows it" },
});

const forgottenSchema = view<ForgottenView>("ForgottenView", "How many notes of its refusal were dropped", {
  forgotten: count(),
});

export const deviceSchemas = {
  value: valueSchema,
  series: seriesSchema,
  summary: deviceSummarySchema,
  setting: settingSchema,
  stateValue: stateValueSchema,
  device: deviceSchema,
  history: historySchema,
  energy: energySchema,
  property: propertySchema,
  event: eventSchema,
  write: writeSchema,
  settingRequest: settingRequestSchema,
  forgotten: forgottenSchema,
} as const;
