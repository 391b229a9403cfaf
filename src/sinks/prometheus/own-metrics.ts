/** One metric of Cloudtap itself. */
export interface OwnMetric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
}

const device = ["device", "relay", "protocol"] as const;
const traffic = ["relay", "protocol"] as const;

/** Metrics of Cloudtap itself, and what it knows of every device whatever its values. docs/metrics-reference.md is made of this. */
export const ownMetrics = {
  buildInfo: { name: "cloudtap_build_info", type: "gauge", help: "Version of Cloudtap", labels: ["version"] },
  startTime: { name: "cloudtap_start_time_seconds", type: "gauge", help: "When Cloudtap started", labels: [] },
  seriesCut: {
    name: "cloudtap_series_cut",
    type: "gauge",
    help: "1: there are more values of devices than are shown here",
    labels: [],
  },
  deviceInfo: {
    name: "cloudtap_device_info",
    type: "gauge",
    help: "What a device is",
    labels: [...device, "name", "manufacturer", "model", "firmware", "hardware", "via_device"],
  },
  deviceUp: {
    name: "cloudtap_device_up",
    type: "gauge",
    help: "1 while the device reports, 0 while it is silent for longer than three intervals",
    labels: device,
  },
  deviceAsleep: {
    name: "cloudtap_device_asleep",
    type: "gauge",
    help: "1 while a solar device is silent in the dark, which is no fault",
    labels: device,
  },
  deviceLastSeen: {
    name: "cloudtap_device_last_seen_timestamp_seconds",
    type: "gauge",
    help: "Last sign of life of the device",
    labels: device,
  },
  deviceCloudLocal: {
    name: "cloudtap_device_cloud_local",
    type: "gauge",
    help: "1 while Cloudtap answers the device in the place of its cloud",
    labels: device,
  },
  deviceCloudLastAnswer: {
    name: "cloudtap_device_cloud_last_answer_timestamp_seconds",
    type: "gauge",
    help: "When the cloud of the device last said something to it",
    labels: device,
  },
  relayUp: {
    name: "cloudtap_relay_up",
    type: "gauge",
    help: "1 while the relay listens, 0 where its port could not be opened",
    labels: traffic,
  },
  relaySilent: {
    name: "cloudtap_relay_silent",
    type: "gauge",
    help: "1 while no device reported at the relay for three intervals",
    labels: traffic,
  },
  sessionsOpen: { name: "cloudtap_sessions_open", type: "gauge", help: "Sessions that are open", labels: traffic },
  sessionsStarted: {
    name: "cloudtap_sessions_started_total",
    type: "counter",
    help: "Sessions that began",
    labels: traffic,
  },
  sessionsEnded: {
    name: "cloudtap_sessions_ended_total",
    type: "counter",
    help: "Sessions that ended, by who ended them and how",
    labels: [...traffic, "by", "how"],
  },
  sessionsUnread: {
    name: "cloudtap_sessions_unread_total",
    type: "counter",
    help: "Sessions whose TLS was passed through unread",
    labels: traffic,
  },
  turnedAway: {
    name: "cloudtap_connections_turned_away_total",
    type: "counter",
    help: "Connections that were closed before they became sessions",
    labels: ["relay"],
  },
  bytes: {
    name: "cloudtap_relay_bytes_total",
    type: "counter",
    help: "Bytes that passed a leg, received from its other end or sent to it",
    labels: [...traffic, "leg", "direction"],
  },
  frames: {
    name: "cloudtap_frames_total",
    type: "counter",
    help: "Whole frames by direction and type",
    labels: [...traffic, "direction", "type"],
  },
  framesOwn: {
    name: "cloudtap_frames_own_total",
    type: "counter",
    help: "Frames that Cloudtap said to devices in the place of the cloud or for itself",
    labels: traffic,
  },
  framesBlocked: {
    name: "cloudtap_frames_blocked_total",
    type: "counter",
    help: "Frames of the cloud that were kept from devices",
    labels: traffic,
  },
  readings: {
    name: "cloudtap_readings_total",
    type: "counter",
    help: "Readings of devices; live ones are of the present, others were stored records",
    labels: [...traffic, "live"],
  },
  anomalies: {
    name: "cloudtap_anomalies_total",
    type: "counter",
    help: "Traffic that broke the rules of its protocol or plausible ranges",
    labels: [...traffic, "kind"],
  },
  events: {
    name: "cloudtap_events_total",
    type: "counter",
    help: "Events of devices",
    labels: ["protocol", "type"],
  },
  writes: {
    name: "cloudtap_writes_total",
    type: "counter",
    help: "Settings of devices that somebody wanted changed, by how that ended",
    labels: ["protocol", "status"],
  },
  decodeDuration: {
    name: "cloudtap_decode_duration_seconds",
    type: "histogram",
    help: "Time to decode one frame, taken of each fifth",
    labels: ["protocol"],
  },
  addedLatency: {
    name: "cloudtap_relay_added_latency_seconds",
    type: "histogram",
    help: "Time from the arrival of bytes at one leg to what is next sent on the other",
    labels: [...traffic, "direction"],
  },
  queueLength: { name: "cloudtap_queue_length", type: "gauge", help: "What waits in a queue", labels: ["queue"] },
  queueDropped: {
    name: "cloudtap_queue_dropped_total",
    type: "counter",
    help: "What a full queue had to drop",
    labels: ["queue"],
  },
  sinkUp: {
    name: "cloudtap_sink_up",
    type: "gauge",
    help: "1 while the receiver of readings and events can be reached; mqtt is the broker",
    labels: ["sink"],
  },
  capturesRunning: { name: "cloudtap_captures_running", type: "gauge", help: "Captures that go on", labels: [] },
  captureProblem: {
    name: "cloudtap_capture_problem",
    type: "gauge",
    help: "1 while something is to be captured and cannot be written",
    labels: [],
  },
  capturePackets: {
    name: "cloudtap_capture_packets_total",
    type: "counter",
    help: "Packets that were captured",
    labels: [],
  },
  captureDropped: {
    name: "cloudtap_capture_dropped_packets_total",
    type: "counter",
    help: "Packets that the disk had no time for",
    labels: [],
  },
} as const satisfies Readonly<Record<string, OwnMetric>>;
