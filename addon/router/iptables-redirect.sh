#!/bin/sh
# On the host that runs Cloudtap: hands it the cloud connections of one device that uses this host as its router.
# `sh iptables-redirect.sh` loads the rules (twice is the same as once), `sh iptables-redirect.sh remove` removes them.
# Only without `intercept.mode`: Cloudtap makes such rules itself. Unlike its own, these stay when Cloudtap is not running,
# and they are gone after a restart of the host.
set -eu

DEVICE='<DEVICE_IP>'
ACTION=${1:-apply}

# $1: -A or -D. $2: port of the cloud. $3: port where the relay listens.
# `! --dst-type LOCAL`: what the device wants from this host itself is not touched.
rule() {
  iptables -w -t nat "$1" PREROUTING -s "$DEVICE" -p tcp --dport "$2" -m addrtype ! --dst-type LOCAL \
    -j REDIRECT --to-ports "$3"
}

lead() {
  while rule -D "$1" "$2" 2>/dev/null; do :; done
  [ "$ACTION" = remove ] || rule -A "$1" "$2"
}

lead 10000 10000 # Solarman loggers
lead 1030 1030   # WebSentry units
lead 443 4430    # Envoys: HTTPS of any host; add `-d ADDRESS` above to take the report host alone
