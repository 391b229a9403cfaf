/**
 * The interfaces of Cloudtap's own capture files, in their order. Hardware addresses (locally administered) tell leg and
 * client also where a program kept the packets and lost the comments: client and server of a leg differ in the last bit.
 */
export const legInterfaces = [
  {
    side: "device",
    name: "device leg",
    description: "what passed between the device and Cloudtap, in the clear",
    hardware: { client: Uint8Array.of(2, 0, 0, 0, 0, 2), server: Uint8Array.of(2, 0, 0, 0, 0, 3) },
  },
  {
    side: "cloud",
    name: "cloud leg",
    description: "what passed between Cloudtap and the cloud, in the clear",
    hardware: { client: Uint8Array.of(2, 0, 0, 0, 0, 4), server: Uint8Array.of(2, 0, 0, 0, 0, 5) },
  },
] as const;
