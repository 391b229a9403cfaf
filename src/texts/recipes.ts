/**
 * What is copied into files and terminals while a device is led here, the same in every language. The gaps are those of the guides.
 * From docs/interception.md, docs/dns.md and addon/router.
 */
export const recipes = {
  config_listen: `relays:
  - name: {relay}
    protocol: {protocol}
    listen: {vendor_port}`,
  config_upstream: `relays:
  - name: {relay}
    protocol: {protocol}
    listen: {port}
    upstream: {upstream}`,
  config_resolver: "resolver: [9.9.9.9, 1.1.1.1]",
  config_redirect: `relays:
  - name: {relay}
    protocol: {protocol}
    listen: {port}
    upstream: original
intercept:
  mode: redirect
  devices: [{device_ip}]
  prepare: true`,
  config_name_server: `resolver: [9.9.9.9, 1.1.1.1]
intercept:
  dns:
    enabled: true
    listen: {address}:53`,
  dns_dnsmasq: `address=/{vendor_host}/{address}
local=/{vendor_host}/
local-ttl=60`,
  dns_unbound: `server:
    local-zone: "{vendor_host}." redirect
    local-data: "{vendor_host}. 60 IN A {address}"`,
  dns_openwrt: `uci add_list dhcp.@dnsmasq[0].address='/{vendor_host}/{address}'
uci add_list dhcp.@dnsmasq[0].server='/{vendor_host}/'
uci commit dhcp
/etc/init.d/dnsmasq restart`,
  dns_mikrotik: `/ip/dns/static add name={vendor_host} address={address} ttl=1m comment=cloudtap
/ip/dns/cache flush`,
  dns_check: "nslookup {vendor_host}",
  restart_dnsmasq: "systemctl restart dnsmasq",
  restart_unbound: "unbound-checkconf && systemctl restart unbound",
  router_dnsmasq: `dhcp-host={device_mac},set:cloudtap,{device_ip}
dhcp-option=tag:cloudtap,option:router,{address}`,
  router_openwrt: `uci set dhcp.cloudtap=tag
uci add_list dhcp.cloudtap.dhcp_option='3,{address}'
uci add dhcp host
uci set dhcp.@host[-1].name='led-device'
uci set dhcp.@host[-1].mac='{device_mac}'
uci set dhcp.@host[-1].ip='{device_ip}'
uci set dhcp.@host[-1].tag='cloudtap'
uci commit dhcp
/etc/init.d/dnsmasq restart`,
  router_mikrotik: `/ip dhcp-server option add name=cloudtap-router code=3 value="'{address}'"
/ip dhcp-server lease add mac-address={device_mac} address={device_ip} dhcp-option=cloudtap-router`,
} as const;
