// Who may import whom. docs/architecture.md says why.
const domains = [
  ...["admin", "cli", "composition", "config", "devices", "dns", "doctor", "intercept"],
  ...["protocols", "recording", "relay", "sinks", "store", "wire", "runtime", "model", "monitoring", "texts", "web"],
];

/** Files under `folder` may reach, inside src, only `allowed`; from packages and Node only `external`. */
function only(folder, allowed, external) {
  const inside = [`^src/${folder}/`, ...allowed.map((path) => `^src/${path}`)];
  return [
    {
      name: `${folder}-inside`,
      severity: "error",
      from: { path: `^src/${folder}/` },
      to: { path: "^src/", pathNot: inside },
    },
    {
      name: `${folder}-outside`,
      severity: "error",
      from: { path: `^src/${folder}/` },
      to: { pathNot: ["^src/", ...external.map(externalPath)] },
    },
  ];
}

function externalPath(name) {
  if (name === "node:*")
    return "^(node:)?(assert|buffer|child_process|crypto|dgram|dns|events|fs|http|https|net|os|path|process|readline|stream|timers|tls|tty|url|util|v8|worker_threads|zlib)(/|$)";
  if (name.startsWith("node:")) return `^(node:)?${name.slice(5)}(/|$)`;
  return `node_modules/${name}/`;
}

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, pathNot: ["^src/cli/cli\\.ts$", "^src/web/page/main\\.ts$"] },
      to: {},
    },
    ...only("model", [], []),
    ...only("wire", ["model/"], ["node:buffer", "node:zlib", "fast-xml-parser"]),
    ...only("runtime", ["model/"], ["node:net", "pino", "pino-pretty"]),
    ...only(
      "relay",
      ["model/", "wire/", "runtime/"],
      [
        "node:net",
        "node:tls",
        "node:dns",
        "node:os",
        "node:fs",
        "node:path",
        "node:crypto",
        "@peculiar/x509",
        "reflect-metadata",
        "koffi",
      ],
    ),
    ...only("intercept", ["model/", "runtime/"], ["node:child_process", "node:fs", "node:path", "node:stream"]),
    ...only("admin", ["model/", "runtime/"], ["node:fs", "node:net", "node:path", "node:stream"]),
    ...only(
      "recording",
      ["model/", "wire/", "runtime/"],
      ["node:fs", "node:path", "node:stream", "node:zlib", "node:crypto"],
    ),
    ...only("dns", ["model/", "runtime/"], ["node:dgram", "node:dns", "node:fs", "node:net", "node:os", "dns-packet"]),
    ...only(
      "doctor",
      ["model/", "runtime/", "intercept/"],
      ["node:child_process", "node:dns", "node:fs", "node:net", "node:os", "node:path", "node:tls"],
    ),
    ...only("devices", ["model/", "runtime/"], []),
    ...only("monitoring", ["model/", "runtime/", "wire/(pcapng|synthetic-leg|leg-(interfaces|note)|payload-sums)"], []),
    ...only("texts", [], []),
    ...only(
      "web",
      ["model/", "runtime/", "texts/"],
      ["node:crypto", "node:fs", "node:http", "node:net", "node:os", "node:path", "node:stream", "node:url"].concat([
        "fastify",
        "@fastify/static",
        "@fastify/swagger",
        "uplot",
      ]),
    ),
    {
      name: "the-page-runs-in-a-browser",
      severity: "error",
      from: { path: "^src/web/page/" },
      to: {
        pathNot: ["^src/web/page/", "^src/web/api-types\\.ts$", "^src/texts/", "^src/model/", externalPath("uplot")],
      },
    },
    ...only("store", ["model/", "runtime/"], ["node:fs", "node:path", "classic-level"]),
    ...only("config", ["model/", "runtime/"], ["node:fs", "node:path", "node:net", "node:os", "ajv", "yaml"]),
    ...only(
      "cli",
      [
        "admin/",
        "config/",
        "doctor/",
        "intercept/",
        "protocols/(live-)?registry",
        "recording/",
        "wire/",
        "runtime/",
        "model/",
        "main",
        "composition/(transparency|importing|doctor-plan|splunk-test)",
      ],
      ["node:*"],
    ),
    ...only(
      "sinks",
      ["model/", "runtime/", "wire/(pcapng|synthetic-leg|payload-sums|leg-(interfaces|note)|session-log)"],
      ["node:*", "mqtt", "aedes", "ws", "prom-client"],
    ),
    {
      name: "protocols-inside",
      severity: "error",
      from: { path: "^src/protocols/([^/]+)/" },
      to: { path: "^src/", pathNot: ["^src/model/", "^src/wire/", "^src/protocols/$1/"] },
    },
    {
      name: "protocols-outside",
      severity: "error",
      from: { path: "^src/protocols/" },
      to: { pathNot: ["^src/", externalPath("binary-parser")] },
    },
    {
      name: "live-registry-reaches-live-files",
      severity: "error",
      from: { path: "^src/protocols/live-registry\\.ts$" },
      to: { pathNot: ["^src/protocols/[^/]+/live\\.ts$", "^src/protocols/raw/index\\.ts$", "^src/model/"] },
    },
    {
      name: "only-commands-reach-the-whole-registry",
      severity: "error",
      from: { path: "^src/(main\\.ts$|composition/)", pathNot: "^src/composition/page/whole-registry\\.ts$" },
      to: { path: "^src/protocols/registry\\.ts$" },
    },
    {
      name: "registry-reaches-index-files",
      severity: "error",
      from: { path: "^src/protocols/registry\\.ts$" },
      to: { pathNot: ["^src/protocols/[^/]+/index\\.ts$", "^src/model/"] },
    },
    {
      name: "a-sink-reaches-no-other-sink",
      severity: "error",
      from: { path: "^src/sinks/([^/]+)/" },
      to: { path: "^src/sinks/", pathNot: "^src/sinks/$1/" },
    },
    {
      name: "only-main-reaches-composition",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(main\\.ts$|composition/|cli/(run|import|doctor|splunk-test)\\.ts$)" },
      to: { path: "^src/composition/" },
    },
    {
      name: "composition-is-no-command",
      severity: "error",
      from: { path: "^src/composition/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "only-run-reaches-main",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/run\\.ts$" },
      to: { path: "^src/main\\.ts$" },
    },
    {
      name: "no-unknown-folder",
      severity: "error",
      from: { path: "^src/", pathNot: [`^src/(${domains.join("|")})/`, "^src/main\\.ts$"] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "types", "default"] },
  },
};
