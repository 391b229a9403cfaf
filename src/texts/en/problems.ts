/** What is wrong, and what to do, by the code of the problem. Gaps are its facts. */
export const problems = {
  relay_failed: {
    text: "Devices cannot arrive at {relay}: {error}",
    remedy: "End the other program that has this port, or give the relay another one, and restart Cloudtap.",
  },
  relay_silent: {
    text: "For {minutes} no device has called at {relay}.",
    remedy: "See whether the device has power and network. Set-up shows which step is missing.",
  },
  relay_waiting: {
    text: "No device has called at {relay} yet (port {port}).",
    remedy: "Set-up shows how to lead a device here.",
  },
  device_offline: {
    text: "{device} has been silent since {since}.",
    remedy:
      "See whether it has power and network, and whether it still finds the way here: Set-up shows which step is missing.",
  },
  device_unread: {
    text: "{device} talks encrypted, so its values cannot be read here: {reason}",
    remedy: "Its cloud goes on working. After a change of its firmware, open the device here and choose “Read again”.",
  },
  cloud_away: {
    text: "The cloud of {relay} does not answer ({host}): {detail}",
    remedy:
      "Mostly the internet connection is down, or the vendor has trouble. With “cloud: auto” Cloudtap answers devices meanwhile.",
  },
  broker_away: {
    text: "Values do not get to Home Assistant: the MQTT broker does not answer ({url}).",
    remedy:
      "See whether the broker runs, and whether its address, user and password are right in Cloudtap's configuration.",
  },
  capture_problem: {
    text: "Captures cannot be written: {detail}",
    remedy: "Make room on the disk, and see whether Cloudtap may write to the folder of the captures.",
  },
  splunk_problem: {
    text: "Readings do not get to Splunk: {detail}",
    remedy: "See whether its address and token are right. What waits is kept and sent later.",
  },
  spool_problem: {
    text: "What passes cannot be written to files: {detail}",
    remedy: "Make room on the disk, and see whether Cloudtap may write to the folder.",
  },
  outbox_waiting: {
    text: {
      one: "{count} report of {device} waits for its cloud.",
      other: "{count} reports of {device} wait for its cloud.",
    },
    remedy: "Nothing: they are delivered as soon as the cloud answers.",
  },
  store_failed: {
    text: "Cloudtap cannot keep what it must remember: {detail}",
    remedy: "Make room on the disk, and see whether Cloudtap may write to its data folder. Then restart it.",
  },
  intercept_problem: {
    text: "Devices are not led here by this host: {detail}",
    remedy: "The log of Cloudtap says what it lacks; so does the command “cloudtap doctor”.",
  },
  name_server_failed: {
    text: "Cloudtap's name server does not answer: {detail}",
    remedy: "Free its port, or set another address for it in “intercept.dns.listen”.",
  },
} as const;
