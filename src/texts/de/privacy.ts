import type { privacy as english } from "../en/privacy.js";
import type { Wording } from "../wording.js";

export const privacy: Wording<typeof english> = {
  title: "Datenschutz",
  text: "Was jedes Gerät wem erzählt, soweit es hier vorbeikommt.",
  nobody: "Es erzählt niemandem etwas außer Cloudtap.",
  tells: { one: "Es spricht mit {hosts}.", other: "Es spricht mit {count} Servern: {hosts}." },
  amount: "In den letzten {days} hat es {sent} geschickt und {received} zurückbekommen.",
  days: { one: "{count} Tag", other: "{count} Tagen" },
  unread: "Ein Teil davon ist verschlüsselt. Was darin steht, weiß hier niemand.",
  to: "Port {port}, {security}",
  last: "zuletzt {ago}",
  bar: "{day}: {sent} geschickt, {received} bekommen",
  chart: "Bytes je Tag an {host}. Am meisten am {day}: {most}.",
  quiet: "Kein Verkehr in diesen Tagen.",
  fields: { one: "{count} Wert geht an seine Cloud", other: "{count} Werte gehen an seine Cloud" },
  noFields: "Keiner seiner Werte ging an seine Cloud.",
  empty: "Noch hat sich kein Gerät gemeldet, also wurde auch niemandem etwas erzählt.",
  local: "Mit „cloud: local“ für sein Relay würde es niemandem etwas erzählen außer Cloudtap.",
};
