#!/bin/sh
# On the host that runs Cloudtap: takes over the cloud connections of one device without any address translation.
# Only a socket with IP_TRANSPARENT takes them, so Cloudtap must run with `intercept.mode: tproxy`. It makes such rules itself;
# this script is for reading, and for a Cloudtap in a container that has no packet filter tools.
# `sh iptables-tproxy.sh` loads the rules (twice is the same as once), `sh iptables-tproxy.sh remove` removes them.
set -eu

DEVICE='<DEVICE_IP>'
MARK=0x1   # intercept.mark
TABLE=100  # intercept.table

# $1: -A or -D. $2: port of the cloud. $3: port where the relay listens.
take() {
  iptables -w -t mangle "$1" PREROUTING -s "$DEVICE" -p tcp --dport "$2" -m addrtype ! --dst-type LOCAL \
    -j TPROXY --tproxy-mark "$MARK/$MARK" --on-port "$3"
}

# Packets of connections that Cloudtap has already: marked, and done with.
known() {
  iptables -w -t mangle "$1" PREROUTING -s "$DEVICE" -p tcp -m socket --transparent -j DIVERT
}

remove() {
  for ports in '10000 10000' '1030 1030' '443 4430'; do
    # Two words on purpose.
    # shellcheck disable=SC2086
    while take -D $ports 2>/dev/null; do :; done
  done
  while known -D 2>/dev/null; do :; done
  iptables -w -t mangle -F DIVERT 2>/dev/null || :
  iptables -w -t mangle -X DIVERT 2>/dev/null || :
  ip rule del fwmark "$MARK" lookup "$TABLE" 2>/dev/null || :
  ip route del local default dev lo table "$TABLE" 2>/dev/null || :
}

apply() {
  # Marked packets are delivered here, whoever they are for.
  ip route add local default dev lo table "$TABLE"
  ip rule add fwmark "$MARK" lookup "$TABLE"
  iptables -w -t mangle -N DIVERT
  iptables -w -t mangle -A DIVERT -j MARK --set-mark "$MARK"
  iptables -w -t mangle -A DIVERT -j ACCEPT
  known -A
  take -A 10000 10000 # Solarman loggers
  take -A 1030 1030   # WebSentry units
  take -A 443 4430    # Envoys
}

remove
[ "${1:-apply}" = remove ] || apply
