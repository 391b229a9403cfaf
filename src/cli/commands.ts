/** One command as `--help` shows it and the argument parser takes it. */
export interface CommandRow {
  readonly name: string;
  readonly summary: string;
  /** Names of the arguments without a dash; one in brackets may be left out, the last may end in `...`. */
  readonly operands: readonly string[];
  readonly options: readonly OptionRow[];
  /** Paragraphs under the options. */
  readonly notes: readonly string[];
  /** True: `--help` lists the protocols with a simulator. */
  readonly listsSimulators?: true;
}

export interface OptionRow {
  readonly name: string;
  /** One letter that stands for it after a single dash. */
  readonly short?: string;
  /** What stands for the value; absent: a switch. */
  readonly value?: string;
  readonly repeats?: true;
  readonly text: string;
}

const config: OptionRow = {
  name: "config",
  value: "FILE",
  text: "YAML file; without it /data/options.json where that exists, else defaults",
};

export const globalOptions: readonly OptionRow[] = [
  { name: "help", text: "show this, or the help of a command" },
  { name: "version", text: "show the version" },
];

export const commands: readonly CommandRow[] = [
  {
    name: "run",
    summary: "relay; the default",
    operands: [],
    options: [config],
    notes: ["SIGTERM and SIGINT end it within five seconds."],
  },
  {
    name: "check",
    summary: "check the configuration and say what it means",
    operands: [],
    options: [config],
    notes: ["Nothing is opened or written. Exit code 2 with every fault, else 0."],
  },
  {
    name: "intercept",
    summary: "show, set or remove what a gateway does to lead devices here",
    operands: ["print|apply|clean"],
    options: [
      { name: "backend", value: "nft|iptables", text: "in the words of this packet filter" },
      { name: "plain", text: "print: only the commands, without a word of explanation" },
      { name: "hold", text: "apply: stay, refresh the rules, and lift them at SIGINT or SIGTERM" },
      { name: "verbose", short: "v", text: "apply: show rules and routes afterwards, as the system's tools do" },
      config,
    ],
    notes: [
      "print changes nothing and needs no rights: it says what stands in the way on this host, and shows every rule, route and setting with a line that explains it, as a shell script.",
      "apply does it, once; `cloudtap run` does so by itself. Rules lapse after 25 seconds unless something refreshes them: a running Cloudtap, or --hold.",
      "clean removes exactly what was added, also after a crash, and puts settings of the host back. Exit code 1 where something is left.",
    ],
  },
  {
    name: "forget",
    summary: "read a device again that refused Cloudtap's certificate",
    operands: ["ADDRESS|DEVICE|all"],
    options: [{ name: "relay", value: "NAME", text: "only what this relay remembers" }, config],
    notes: [
      "A device that does not take Cloudtap's certificate is passed through unread from its third attempt on, so that it keeps its cloud. This makes the running Cloudtap try once more, for example after a new firmware. DEVICE is the device's part of its MQTT topics.",
      "Exit code 1 when nothing was forgotten, or no Cloudtap runs with this configuration.",
    ],
  },
  {
    name: "doctor",
    summary: "say which step from a device to Home Assistant is missing",
    operands: [],
    options: [
      { name: "relay", value: "NAME", text: "only the way over this relay" },
      { name: "json", text: "one JSON object" },
      config,
    ],
    notes: [
      "Asks the running Cloudtap, if there is one, and looks at this host: packet filter, neighbours, names, clouds, broker. Nothing is changed. As root it sees more.",
      "Exit code 1 when a step is missing, else 0.",
    ],
  },
  {
    name: "health",
    summary: "say whether the running Cloudtap is well, for a container's health check",
    operands: [],
    options: [config],
    notes: [
      "Prints ok, or what is wrong. Asks /health where web is served, else the local socket. A cloud or a broker that is away does not count: relaying goes on, and a restart would only interrupt it.",
      "Exit code 1 when it is not well, or no Cloudtap answers within eight seconds.",
    ],
  },
  {
    name: "capture",
    summary: "begin, end, list or hand out captures of traffic",
    operands: ["start|stop|list|export", "[NAME]", "[OUT]"],
    options: [
      { name: "seconds", value: "N", text: "start: how long (default 600)" },
      { name: "json", text: "list: one JSON object" },
      { name: "raw", text: "export: with all that is secret, instead of anonymized" },
      config,
    ],
    notes: [
      "start NAME has the running Cloudtap write pcapng files for Wireshark, of every session there is or begins meanwhile. NAME is a relay, a device (its part of the MQTT topics) or all.",
      "stop ends what was begun this way, over MQTT or in Home Assistant: what NAME says, or all of it. What capture.mode asks for goes on.",
      "list shows what is captured at present, and the files, oldest first.",
      "export NAME OUT copies a file out of the folder of captures: a finished one, the one that is being written, or, named newest, the newest of all. It is anonymized, unless capture.redact is false or --raw is given. OUT is a new file, or a folder.",
      "Captures hold what passed in the clear: serial numbers, addresses, passwords, tokens, places. Look through one before you share it. Exit code 1 when nothing was begun, ended or copied.",
    ],
  },
  {
    name: "tap",
    summary: "show traffic in Wireshark while it passes",
    operands: ["RELAY|DEVICE|all"],
    options: [config],
    notes: [
      "Writes pcapng to standard output, from now on: cloudtap tap deye | wireshark -k -i -",
      "From another computer: ssh HOST cloudtap tap deye | wireshark -k -i -",
      "What is shown holds secrets. Ends with SIGINT or when the reader ends. A reader that is too slow misses packets, which is said. Exit code 1 when nothing of that name exists, or no Cloudtap runs with this configuration.",
    ],
  },
  {
    name: "decode",
    summary: "decode recorded traffic, offline",
    operands: ["FILE..."],
    options: [
      { name: "protocol", value: "PROTOCOL", text: "what all of it is, where the recording does not tell" },
      { name: "json", text: "one JSON object a line" },
      { name: "hex", text: "with the bytes of each frame, and the names of their fields beside them" },
      { name: "follow", text: "go on with the last file as it grows, and with those that follow it" },
      { name: "session", value: "N", text: "show only the session of this number" },
      { name: "device", value: "DEVICE", text: "show only sessions of this device, from where it is named" },
      { name: "anonymize", value: "OUT", text: "write an anonymized copy to this file instead" },
      { name: "keep-unframed", text: "anonymize: keep bytes that make no frame, searched but not understood" },
    ],
    notes: [
      "A file may hold packets (pcapng or pcap, of Cloudtap or tcpdump), sessions of a raw log in JSON, one HTTP message or report of a spool, or lines of hex digits, each one chunk: '> a5…' from the device, '< a5…' from the cloud; without a mark, from the device. It tells by its first bytes which; any of them may be packed with gzip. FILE - is standard input. Files are taken in their order, as one recording.",
      "DEVICE is the device's part of its MQTT topics. --follow ends with SIGINT.",
      "Exit code 1 when something could not be read or a session's protocol is not known; the rest is decoded all the same.",
    ],
  },
  {
    name: "import",
    summary: "count the energy of recorded reports",
    operands: ["FILE|FOLDER..."],
    options: [{ name: "relay", value: "NAME", text: "what the files do not tell, as this relay has it" }, config],
    notes: [
      "Enters what a spool, a capture or an earlier tool has kept into the totals: reports as .xml or .request, raw logs, packets, packed with gzip or not. What was counted before is not counted again, so files may be imported any number of times. Nothing that is old is shown as present power, and no event fires.",
      "Uses the running Cloudtap, or its data directory where none runs. Only Envoy reports have something to count.",
      "Exit code 1 when something could not be read; the rest is imported all the same.",
    ],
  },
  {
    name: "splunk-test",
    summary: "send Splunk one event and say what came of it",
    operands: [],
    options: [config],
    notes: [
      "Uses the address, the token and the certificate rules of the configuration, past what waits in a running Cloudtap. Says whether Splunk accepted the event and, where its token offers acknowledgement, whether it is indexed; else why not, and what helps.",
      "Exit code 1 when Splunk did not take it, 2 when the configuration names no Splunk.",
    ],
  },
  {
    name: "simulate",
    summary: "play devices",
    operands: ["[PROTOCOL]"],
    options: [
      { name: "target", value: "HOST:PORT", text: "where the devices report" },
      { name: "devices", value: "N", text: "how many (default 1)" },
      { name: "interval", value: "S", text: "seconds between reports (default: the protocol's)" },
      { name: "tls", text: "speak TLS and take any certificate" },
      { name: "option", value: "KEY=VALUE", repeats: true, text: "a word of the protocol's own; may be repeated" },
      { name: "once", text: "connect once, and leave when nothing has passed for two seconds" },
      {
        name: "replay",
        value: "FILE",
        repeats: true,
        text: "play what devices did in this recording; may be repeated",
      },
      { name: "speed", value: "N", text: "replay: so many times faster than recorded" },
      { name: "fast", text: "replay: without a pause, but for the answers" },
    ],
    notes: [
      "Ends with SIGINT. With --once: exit code 1 when a device could not report.",
      "With --replay each recorded session is played on a connection of its own, after or beside the others as it was: the device says what it said, in the same pieces, when as many answers have come as had come then, or after ten seconds without them. FILE is any recording that decode takes; PROTOCOL is needed only where it does not tell. Exit code 1 when a session could not be played to its end.",
    ],
    listsSimulators: true,
  },
  {
    name: "simulate-cloud",
    summary: "play the vendor's cloud",
    operands: ["PROTOCOL"],
    options: [
      { name: "listen", value: "HOST:PORT", text: "where it listens; port 0 is any free one" },
      { name: "cert", value: "FILE", text: "certificate, PEM; with --key it speaks TLS" },
      { name: "key", value: "FILE", text: "key of the certificate, PEM" },
    ],
    notes: ["Ends with SIGINT."],
    listsSimulators: true,
  },
];
