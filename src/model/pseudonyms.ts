/**
 * Stand-ins for what tells whose device it is. The same original has the same stand-in everywhere, with the same length and kind of
 * characters; nobody can go back from it. What is empty or blank stays as it is.
 */
export interface Pseudonyms {
  /** A serial number or another name of digits and letters; digits stay digits, letters letters, other characters stay. */
  serial(text: string): string;
  /** A serial number that is a number; at most `most`. */
  number(value: number, most: number): number;
  /** A MAC address in any notation, or its six bytes. */
  mac(text: string): string;
  macBytes(bytes: Uint8Array): Uint8Array;
  /** An IPv4 or IPv6 address as text; no longer than it was. */
  address(text: string): string;
  /** A name that people gave: SSID, password, token, host. */
  name(text: string): string;
}
