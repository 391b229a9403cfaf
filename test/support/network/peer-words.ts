/** What a peer process is told; one JSON object a line. `data` is base64. */
export type PeerCommand =
  | {
      readonly do: "connect";
      readonly id: number;
      readonly host: string;
      readonly port: number;
      readonly from?: string;
    }
  | { readonly do: "write"; readonly id: number; readonly data: string }
  /** FIN. */
  | { readonly do: "finish"; readonly id: number }
  /** RST. */
  | { readonly do: "reset"; readonly id: number }
  | { readonly do: "destroy"; readonly id: number }
  | { readonly do: "listen"; readonly id: number; readonly host: string; readonly port: number }
  | { readonly do: "unlisten"; readonly id: number }
  | { readonly do: "datagrams"; readonly id: number; readonly host: string; readonly port: number }
  | {
      readonly do: "send";
      readonly id: number;
      readonly host: string;
      readonly port: number;
      readonly data: string;
    };

/** The two ends of a connection as this machine names them. */
export interface Ends {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** What a peer process says. */
export type PeerNotice =
  | { readonly on: "ready" }
  | { readonly on: "connected"; readonly id: number; readonly ends: Ends }
  | { readonly on: "data"; readonly id: number; readonly data: string }
  | { readonly on: "finished"; readonly id: number }
  | { readonly on: "failed"; readonly id: number; readonly code: string }
  | { readonly on: "closed"; readonly id: number }
  /** Of a listener or a datagram socket. */
  | { readonly on: "bound"; readonly id: number }
  | { readonly on: "accepted"; readonly id: number; readonly socket: number; readonly ends: Ends }
  | {
      readonly on: "datagram";
      readonly id: number;
      readonly data: string;
      readonly address: string;
      readonly port: number;
    };
