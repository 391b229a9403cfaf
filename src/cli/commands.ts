/** One command as `--help` shows it and the argument parser takes it. */
export interface CommandRow {
  readonly name: string;
  readonly summary: string;
  /** Names of the arguments without a dash; the last may end in `...`. */
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
    name: "decode",
    summary: "decode recorded bytes, offline",
    operands: ["FILE..."],
    options: [
      { name: "protocol", value: "PROTOCOL", text: "what the bytes are" },
      { name: "json", text: "one JSON object a line" },
    ],
    notes: [
      "A file holds lines of hex digits, each one chunk: '> a5…' from the device, '< a5…' from the cloud; without a mark, from the device. Blanks between digits, empty lines and lines that begin with # are skipped. FILE - is standard input.",
      "Exit code 1 when a line was no hex; the others are decoded all the same.",
    ],
  },
  {
    name: "simulate",
    summary: "play devices",
    operands: ["PROTOCOL"],
    options: [
      { name: "target", value: "HOST:PORT", text: "where the devices report" },
      { name: "devices", value: "N", text: "how many (default 1)" },
      { name: "interval", value: "S", text: "seconds between reports (default: the protocol's)" },
      { name: "tls", text: "speak TLS and take any certificate" },
      { name: "option", value: "KEY=VALUE", repeats: true, text: "a word of the protocol's own; may be repeated" },
      { name: "once", text: "connect once, and leave when nothing has passed for two seconds" },
    ],
    notes: ["Ends with SIGINT. With --once: exit code 1 when a device could not report."],
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
