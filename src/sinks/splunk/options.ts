/** One HTTP Event Collector, and what is sent to it. */
export interface SplunkOptions {
  /** Of its event endpoint. */
  readonly url: string;
  /** One of the two. A file is read anew when its token is refused. */
  readonly token?: string;
  readonly tokenFile?: string;
  /** Absent: the token's own. */
  readonly index?: string;
  readonly source: string;
  readonly sourcetype: string;
  /** False: any certificate is taken. */
  readonly verify: boolean;
  /** Path of a PEM file: authorities to trust besides the well-known ones. */
  readonly ca?: string;
  /** `keys`: values by their state key; `classic`: by the names of `classic-fields.ts`. */
  readonly fields: "keys" | "classic";
}
