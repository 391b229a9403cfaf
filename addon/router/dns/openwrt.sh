#!/bin/sh
# OpenWrt: its dnsmasq answers the vendors' names with the Cloudtap host. Keep the names of your devices.
#   sh openwrt.sh           sets it; twice is the same as once
#   sh openwrt.sh remove    takes it back
# From OpenWrt's documentation; not tried on a router. OpenWrt's protection against rebinding does not matter here: it
# looks at what other name servers answer.
set -eu

# Solarman loggers (port 10000), Enphase Envoy R3 (port 443), WebSentry (port 1030).
names="5406.deviceaccess.host reports.enphaseenergy.com websentry.seresco.net"

for name in $names; do
    # `address` is the answer; `server` without a server keeps other questions for the name at home, such as for IPv6.
    uci -q del_list "dhcp.@dnsmasq[0].address=/$name/<CLOUDTAP_IP>" || true
    uci -q del_list "dhcp.@dnsmasq[0].server=/$name/" || true
    [ "${1:-}" = remove ] && continue
    uci add_list "dhcp.@dnsmasq[0].address=/$name/<CLOUDTAP_IP>"
    uci add_list "dhcp.@dnsmasq[0].server=/$name/"
done
uci commit dhcp
/etc/init.d/dnsmasq restart
