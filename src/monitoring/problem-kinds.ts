/** One kind of problem. `{fact}` in its words is a gap that a fact fills. */
export interface ProblemKind {
  readonly severity: "error" | "warning";
  /** Whose it is. */
  readonly of: "program" | "relay" | "device";
  readonly text: string;
  readonly remedy: string;
}

/** Every problem that Cloudtap can tell, in the order in which they are told. Public: a code never changes its meaning. */
export const problemKinds = {
  store_failed: {
    ...{ severity: "error", of: "program" },
    text: "What must outlive a restart cannot be written: {detail}.",
    remedy: "Make room on the disk of data_dir, and look whether Cloudtap may write there.",
  },
  intercept_problem: {
    ...{ severity: "error", of: "program" },
    text: "The gateway does not lead the devices here: {detail}.",
    remedy: "Run cloudtap intercept print: it says what stands in the way on this host.",
  },
  name_server_failed: {
    ...{ severity: "error", of: "program" },
    text: "Cloudtap's name server does not answer: {detail}.",
    remedy: "Free its port, or give it another address with intercept.dns.listen.",
  },
  splunk_problem: {
    ...{ severity: "error", of: "program" },
    text: "Splunk does not take what is sent: {detail}.",
    remedy: "Run cloudtap splunk-test. What Splunk missed waits on the disk, up to splunk.max_mb.",
  },
  spool_problem: {
    ...{ severity: "error", of: "program" },
    text: "The spool cannot be written: {detail}.",
    remedy: "Make room in spool.directory, and look whether Cloudtap may write there.",
  },
  capture_problem: {
    ...{ severity: "error", of: "program" },
    text: "Captures cannot be written: {detail}.",
    remedy: "Make room in capture.directory, and look whether Cloudtap may write there.",
  },
  broker_away: {
    ...{ severity: "warning", of: "program" },
    text: "The MQTT broker {url} is not connected.",
    remedy: "Is it running, and are mqtt.url, mqtt.username and mqtt.password right? The log says what it answered.",
  },
  relay_failed: {
    ...{ severity: "error", of: "relay" },
    text: "The relay {relay} does not listen: {error}.",
    remedy: "Stop what has its port, or give the relay another one with listen; then restart Cloudtap.",
  },
  cloud_away: {
    ...{ severity: "error", of: "relay" },
    text: "The relay {relay} cannot reach the cloud {host}: {detail}.",
    remedy: "Is this host online, and is its DNS right? With cloud: auto devices are answered here meanwhile.",
  },
  relay_silent: {
    ...{ severity: "error", of: "relay" },
    text: "No device has reported to the relay {relay} for {minutes} min.",
    remedy: "Is the device on and in its network, and does it still lead here? cloudtap doctor looks at each step.",
  },
  relay_waiting: {
    ...{ severity: "warning", of: "relay" },
    text: "No device has reported to the relay {relay} yet.",
    remedy: "Lead the device to port {port} of this host. The set-up page and cloudtap doctor say how.",
  },
  device_unread: {
    ...{ severity: "error", of: "device" },
    text: "What {device} sends is encrypted and cannot be read: {reason}.",
    remedy: "Its cloud goes on working. After a new firmware or a reset of the device, have it read again.",
  },
  device_offline: {
    ...{ severity: "error", of: "device" },
    text: "{device} has not reported since {since}.",
    remedy: "Is it on and in its network? Restart it; cloudtap doctor looks at each step of its way.",
  },
  outbox_waiting: {
    ...{ severity: "warning", of: "device" },
    text: "Reports of {device} that wait until its cloud is back: {count}.",
    remedy: "Nothing is to be done: they are handed in by themselves, as long as outbox.max_days and max_mb allow.",
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof problemKinds;
