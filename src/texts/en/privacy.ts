/** The view of what each device tells whom. */
export const privacy = {
  title: "Privacy",
  text: "What each device tells whom, as far as it passes here.",
  nobody: "It tells nobody but Cloudtap.",
  tells: { one: "It talks to {hosts}.", other: "It talks to {count} servers: {hosts}." },
  amount: "In the last {days} it sent {sent} and got {received} back.",
  days: { one: "{count} day", other: "{count} days" },
  unread: "Part of it passes encrypted. Nobody here knows what that says.",
  to: "Port {port}, {security}",
  last: "last {ago}",
  bar: "{day}: {sent} sent, {received} received",
  chart: "Bytes a day to {host}. Most on {day}: {most}.",
  quiet: "No traffic in these days.",
  fields: { one: "{count} value goes to its cloud", other: "{count} values go to its cloud" },
  noFields: "None of its values went to its cloud.",
  empty: "No device has called yet, so nothing was told to anybody.",
  local: "With “cloud: local” for its relay it would tell nobody but Cloudtap.",
} as const;
