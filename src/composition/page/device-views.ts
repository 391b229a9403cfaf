import type { KnownDevice } from "../../devices/known-device.js";
import type { KeyStatistics } from "../../devices/statistics.js";
import type { EntityDescription } from "../../model/entity.js";
import type { EpochMs } from "../../model/time.js";
import type { Value } from "../../model/value.js";
import type {
  DeviceCloudView,
  DeviceSummary,
  DeviceView,
  EncryptionView,
  ProblemView,
  SeriesView,
  SettingView,
  StateValueView,
  ValueView,
} from "../../web/api-types.js";

/** What is known of a device besides what the hub tells. */
export interface SummaryFacts {
  readonly known: KnownDevice;
  /** Absent: its relay is not configured any more. */
  readonly relay?: { readonly cloud: "relay" | "local" | "auto"; readonly control: boolean };
  /** Reports of it that its cloud missed and will get. */
  readonly waiting: number;
  readonly sparkline?: SeriesView;
  readonly problems: readonly ProblemView[];
}

export interface DeviceFacts extends SummaryFacts {
  readonly statistics: ReadonlyMap<string, KeyStatistics>;
  /** When each value came in; those of earlier runs are absent. */
  readonly receivedAt: ReadonlyMap<string, EpochMs>;
  readonly charted: readonly string[];
  readonly hasProperties: boolean;
  readonly hasEnergy: boolean;
  readonly children: readonly string[];
}

const highlightLimit = 6;
/** Entities that are written, as far as the device lets it. */
const settingPlatforms: ReadonlySet<string> = new Set(["number", "select", "switch", "button", "text"]);

/** A device in the overview. */
export function summaryOf(facts: SummaryFacts): DeviceSummary {
  const { known, problems, sparkline } = facts;
  const { description, status, available, lastSeen, relay, intervalS, encryption } = known;
  const { id, name, protocol, model, viaDevice } = description;
  const cloud = cloudOf(facts);
  return {
    ...{ id, name, protocol, relay, status, available, lastSeen, intervalS, problems },
    ...{ highlights: highlightsOf(known) },
    ...(model === undefined ? {} : { model }),
    ...(viaDevice === undefined ? {} : { via: viaDevice }),
    ...(cloud === undefined ? {} : { cloud }),
    ...(encryption === undefined ? {} : { encryption: encryptionOf(encryption) }),
    ...(sparkline === undefined ? {} : { sparkline }),
  };
}

/** A device with everything that is known of it. */
export function deviceViewOf(facts: DeviceFacts): DeviceView {
  const { known, relay, charted, hasProperties, hasEnergy, children } = facts;
  const { description, address } = known;
  const { manufacturer, swVersion, hwVersion, serialNumber } = description;
  return {
    ...summaryOf(facts),
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(swVersion === undefined ? {} : { swVersion }),
    ...(hwVersion === undefined ? {} : { hwVersion }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(address === undefined ? {} : { address }),
    ...{ charted, hasProperties, hasEnergy, children, control: relay?.control === true },
    values: stateValuesOf(facts),
  };
}

/** The entity whose last day an overview draws: the first highlight that is a measurement. */
export function sparkEntityOf(known: KnownDevice): EntityDescription | undefined {
  return highlightEntities(known).find(
    ({ key, stateClass }) => stateClass === "measurement" && typeof known.values[key] === "number",
  );
}

function highlightsOf(known: KnownDevice): readonly ValueView[] {
  return highlightEntities(known).map((entity) => valueViewOf(entity, known.values[entity.key] ?? null));
}

/** What a device shows first, in the order of its tables. */
function highlightEntities({ description, values }: KnownDevice): readonly EntityDescription[] {
  return description.entities
    .filter(({ key, category, enabled }) => category === undefined && enabled !== false && isKnown(values[key]))
    .filter(({ platform }) => platform !== "button")
    .slice(0, highlightLimit);
}

function isKnown(value: Value | undefined): boolean {
  return value !== undefined && value !== null;
}

/** A device behind another one has no cloud of its own. */
function cloudOf({ known, relay, waiting }: SummaryFacts): DeviceCloudView | undefined {
  if (relay === undefined || known.description.viaDevice !== undefined) return undefined;
  const { mode, lastAnswerAt } = known.cloud ?? {};
  return {
    ...{ policy: relay.cloud, waiting },
    ...(mode === undefined ? {} : { mode }),
    ...(lastAnswerAt === undefined ? {} : { lastAnswerAt }),
  };
}

function encryptionOf({ state, since, reason, target }: EncryptionView): EncryptionView {
  return { state, since, reason, target };
}

/** Entities in their order, and behind them what has none. */
function stateValuesOf(facts: DeviceFacts): readonly StateValueView[] {
  const { description, values } = facts.known;
  const described = new Set(description.entities.map(({ key }) => key));
  const others = Object.keys(values).filter((key) => !described.has(key));
  return [
    ...description.entities
      .filter(({ key, platform }) => key in values || settingPlatforms.has(platform))
      .map((entity) => stateValueOf(entity, facts)),
    ...others.map((key) =>
      stateValueOf({ key, name: key, platform: "sensor", category: "diagnostic", enabled: false }, facts),
    ),
  ];
}

function stateValueOf(entity: EntityDescription, facts: DeviceFacts): StateValueView {
  const { key, platform, enabled = true, total } = entity;
  const { known, relay, statistics, receivedAt } = facts;
  const { reads = 0, changes = 0, changedAt } = statistics.get(key) ?? {};
  const cameAt = receivedAt.get(key);
  const setting = relay?.control === true ? settingOf(entity) : undefined;
  return {
    ...valueViewOf(entity, known.values[key] ?? null),
    ...{ platform, enabled, reads, changes },
    ...(cameAt === undefined ? {} : { receivedAt: cameAt }),
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(total === undefined ? {} : { total }),
    ...(setting === undefined ? {} : { setting }),
  };
}

function valueViewOf(entity: EntityDescription, value: Value): ValueView {
  const { key, name, unit, precision, deviceClass, category } = entity;
  return {
    ...{ key, name, value },
    ...(unit === undefined ? {} : { unit }),
    ...(precision === undefined ? {} : { precision }),
    ...(deviceClass === undefined ? {} : { deviceClass }),
    ...(category === undefined ? {} : { category }),
  };
}

/** Undefined: it cannot be written, or the device has not told yet within which range. */
function settingOf({ platform, range, options, onOff, pattern }: EntityDescription): SettingView | undefined {
  if (platform === "sensor" || platform === "binary_sensor") return undefined;
  if (platform === "number" && range === undefined) return undefined;
  return {
    platform,
    ...(range === undefined ? {} : { range }),
    ...(options === undefined ? {} : { options }),
    ...(onOff === undefined ? {} : { onOff }),
    ...(pattern === undefined ? {} : { pattern }),
  };
}
