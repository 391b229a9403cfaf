#!/bin/sh
# On the host that runs Cloudtap: as iptables-redirect.sh, for one hardware address and several ports in one rule. The ports
# of the relays must be those of the clouds.
# `sh iptables-dnat-by-mac.sh` loads the rule (twice is the same as once), `sh iptables-dnat-by-mac.sh remove` removes it.
set -eu

DEVICE='<DEVICE_IP>'
MAC='<DEVICE_MAC>'
HERE='<CLOUDTAP_IP>'
PORTS=1030,10000

rule() {
  iptables -w -t nat "$1" PREROUTING -p tcp -s "$DEVICE" -m mac --mac-source "$MAC" \
    -m multiport --dports "$PORTS" -m addrtype ! --dst-type LOCAL -j DNAT --to-destination "$HERE"
}

while rule -D 2>/dev/null; do :; done
[ "${1:-apply}" = remove ] || rule -A
