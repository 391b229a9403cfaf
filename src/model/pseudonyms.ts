/**
 * Stand-ins for what tells whose device it is. The same original has the same stand-in everywhere, with the same length and kind of
 * characters; nobody can go back from it. What is empty or blank stays as it is.
 */
export interface Pseudonyms {
  /**
   * A serial number or another name of digits and letters; digits stay digits, letters letters, other characters stay. A channel behind
   * it (`.1`, `-1`) stays.
   */
  serial(text: string): string;
  /** A serial number that is a number; at most `most`. The same as its digits have as text. */
  number(value: number, most: number): number;
  /** A MAC address in any notation, or its six bytes. */
  mac(text: string): string;
  macBytes(bytes: Uint8Array): Uint8Array;
  /** An IPv4 or IPv6 address as text; no longer than it was. Addresses that are everybody's (loopback, masks) stay. */
  address(text: string): string;
  /** A name that people gave: SSID, password, token, host. */
  name(text: string): string;
  /** Text of which nobody knows what it means: as `name`, but `scrub` does not look for it elsewhere. */
  passage(text: string): string;
  /** A latitude or longitude. */
  place(text: string): string;
  /**
   * The bytes, with every original that was shown so far replaced wherever it occurs: text in either case, numbers in both byte orders,
   * MAC addresses as bytes and as text. As many bytes as before; the very same array where nothing is found.
   */
  scrub(bytes: Uint8Array): Uint8Array;
}
