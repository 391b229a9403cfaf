#!/bin/sh
# OpenWrt as DHCP server: one device gets the Cloudtap host as its name server (intercept.dns). Every other device keeps
# the router, and does not notice when Cloudtap is off. Switch the device off and on afterwards.
#   sh openwrt-option-6.sh           sets it; twice is the same as once
#   sh openwrt-option-6.sh remove    takes it back
# From OpenWrt's documentation; not tried on a router. If the device has a static lease already, remove that first.
set -eu

uci -q delete dhcp.cloudtap_dns || true
uci -q delete dhcp.cloudtap_device || true
if [ "${1:-}" != remove ]; then
    uci set dhcp.cloudtap_dns=tag
    uci add_list dhcp.cloudtap_dns.dhcp_option='6,<CLOUDTAP_IP>'
    uci set dhcp.cloudtap_device=host
    uci set dhcp.cloudtap_device.mac='<DEVICE_MAC>'
    uci set dhcp.cloudtap_device.ip='<DEVICE_IP>'
    uci set dhcp.cloudtap_device.tag='cloudtap_dns'
fi
uci commit dhcp
/etc/init.d/dnsmasq restart
