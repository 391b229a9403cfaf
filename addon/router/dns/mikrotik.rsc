# MikroTik RouterOS 7: the router answers the vendors' names with the Cloudtap host. Keep the lines of your devices.
# The devices must use the router as their name server, and it must answer them: /ip/dns set allow-remote-requests=yes
# (the default of home routers; its firewall must keep the internet from asking).
# From MikroTik's documentation; not tried on a router. It answers for IPv4; questions for IPv6 still go out.
# Undo: /ip/dns/static remove [find comment=cloudtap]

# Solarman loggers (Deye and others). The relay must listen on port 10000.
/ip/dns/static add name=5406.deviceaccess.host address=<CLOUDTAP_IP> ttl=1m comment=cloudtap
# Enphase Envoy R3. The relay must listen on port 443.
/ip/dns/static add name=reports.enphaseenergy.com address=<CLOUDTAP_IP> ttl=1m comment=cloudtap
# WebSentry. The relay must listen on port 1030.
/ip/dns/static add name=websentry.seresco.net address=<CLOUDTAP_IP> ttl=1m comment=cloudtap
/ip/dns/cache flush
