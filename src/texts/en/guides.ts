/**
 * How each kind of device is led here. `recipe`: what is to be copied, by its name in recipes.ts. `when`: the step is shown only then.
 * Gaps: `address` of this host, `relay`, `protocol`, `port` of the relay, `upstream`, `vendor_host` with its parts `vendor_label` and
 * `vendor_domain`, `vendor_port`, `device_ip`, `device_mac`.
 */
export const guides = {
  before: {
    solarman: [
      { text: "There must be daylight: the logger runs on the inverter's power." },
      {
        text: "The logger must speak plain text. Its firmware stands on its status page: names such as MW3_16U_5406_… do. Names such as MW3_SSL_… are encrypted, and can only be passed on unread.",
      },
      { text: "Let your router give the logger and this host fixed addresses. This host must answer pings." },
    ],
    envoy: [
      {
        text: "This is for the first Envoy with firmware R3. An Envoy-S or IQ Gateway reports in another way: for these take Home Assistant's own integration.",
      },
      { text: "Let your router give the Envoy and this host fixed addresses." },
      { text: "A report comes about every five minutes, and only while it is day." },
    ],
    websentry: [
      { text: "The WebSentry connection must be switched on at the unit's panel." },
      { text: "Let your router give the unit and this host fixed addresses." },
      { text: "The unit calls about once a minute." },
    ],
  },
  own: {
    solarman: [
      {
        text: "Find the logger's address in your router's list of devices. Or join the logger's own Wi-Fi, AP_ and its serial number; there its address is 10.10.100.254.",
      },
      { text: "Open http://{device_ip}/config_hide.html in a browser. The user is admin, the password is admin." },
      {
        text: "Write down what stands there as Server A and Optional Server. That is your way back.",
      },
      { text: "Set the working mode to data collection." },
      {
        text: "Server A Setting: IP address {address}, domain name empty, port {port}, TCP. Save.",
      },
      {
        text: "Optional Server Setting: the same, or all empty. Save. Left at the vendor's, it is a way around Cloudtap.",
      },
      { text: "Restart the logger from the same page, and wait two to five minutes." },
      {
        text: "If the vendor's app says offline afterwards, put the server that you wrote down into Cloudtap's configuration in place of {upstream}, and restart Cloudtap.",
        recipe: "config_upstream",
      },
    ],
    envoy: [
      {
        text: "Let Cloudtap take the reports out of what the Envoy sends: add this to its configuration and restart it. It needs the right to change the packet filter; in a container, the host's network and NET_ADMIN.",
        recipe: "config_redirect",
        when: "no_interception",
      },
      {
        text: "Open http://{device_ip}/ in a browser, and there the network settings. The page may ask for the installer's or owner's password.",
      },
      { text: "Switch DHCP off. Leave address, mask and name servers as they are." },
      { text: "In the field Gateway enter {address}." },
      { text: "Press Update, and wait until the page says that the settings are stored." },
      { text: "Look at the page again: the gateway must be {address}. The way back is your router's address there." },
    ],
    websentry: [
      {
        text: "Switch on Cloudtap's own name server: add this to its configuration and restart it.",
        recipe: "config_name_server",
        when: "no_name_server",
      },
      { text: "Open the network settings on the unit's panel. Leave address, mask and gateway as they are." },
      { text: "As name server (DNS) enter {address}, and only this one." },
      { text: "Switch the unit off and on, and wait two minutes." },
    ],
  },
  dns: {
    first: {
      solarman: [
        {
          text: "Open http://{device_ip}/config_hide.html (user admin, password admin). Write down what stands there, and empty the IP address fields of both servers: a stored address is used without asking anybody. Save.",
        },
        {
          text: "See which domain name stands there. The steps below are for {vendor_host}; if it is another one, use that.",
        },
      ],
      envoy: [],
      websentry: [],
    },
    config: [
      {
        text: "The device calls port {vendor_port}, but the relay {relay} listens on {port}: change that in Cloudtap's configuration.",
        recipe: "config_listen",
        when: "port_differs",
      },
      {
        text: "Cloudtap itself must not believe the changed name. Give it other name servers in its configuration, and restart it.",
        recipe: "config_resolver",
      },
    ],
    routers: {
      other: [
        {
          text: "Look in your router for local DNS records, host overrides or DNS rewrites. Enter the name {vendor_host} with the address {address}. If it has nothing of the kind, choose another way.",
        },
      ],
      fritzbox: [
        {
          text: "A FRITZ!Box cannot do this itself. Switch on Cloudtap's own name server: add this to its configuration and restart it.",
          recipe: "config_name_server",
          when: "no_name_server",
        },
        {
          text: "In the network settings of the device itself enter {address} as name server, and only this one. A device without such settings cannot be led here by name behind a FRITZ!Box: choose another way.",
        },
      ],
      openwrt: [{ text: "Log in to the router (ssh) and enter:", recipe: "dns_openwrt" }],
      unifi: [
        {
          text: "UniFi Network 9.4 and newer: Settings > Policy Table > Create New Policy > DNS. Version 9.3: Settings > Policy Engine > DNS > Create DNS Record.",
        },
        { text: "Type Host (A), name {vendor_host}, address {address}. Save." },
      ],
      mikrotik: [
        {
          text: "Enter in the router's terminal. The devices must use the router as their name server.",
          recipe: "dns_mikrotik",
        },
      ],
      opnsense: [
        {
          text: "Services > Unbound DNS > Overrides: add a host override with host {vendor_label}, domain {vendor_domain}, type A, IP {address}.",
        },
        { text: "Apply." },
      ],
      pfsense: [
        {
          text: "Services > DNS Resolver > General Settings, Host Overrides at the end of the page: host {vendor_label}, domain {vendor_domain}, IP {address}.",
        },
        { text: "Save, and apply the changes." },
      ],
      pihole: [{ text: "Settings > Local DNS Records: enter the domain {vendor_host} and the IP {address}. Save." }],
      adguard: [{ text: "Filters > DNS rewrites > Add DNS rewrite: domain {vendor_host}, answer {address}. Save." }],
      dnsmasq: [
        { text: "Put this into /etc/dnsmasq.d/cloudtap.conf:", recipe: "dns_dnsmasq" },
        { text: "Restart dnsmasq:", recipe: "restart_dnsmasq" },
      ],
      unbound: [
        { text: "Put this into /etc/unbound/unbound.conf.d/cloudtap.conf:", recipe: "dns_unbound" },
        { text: "Restart Unbound:", recipe: "restart_unbound" },
      ],
    },
    last: [
      { text: "Look from a computer at home whether it took. The answer must be {address}.", recipe: "dns_check" },
      { text: "Switch the device off and on, so that it asks again." },
    ],
  },
  gateway: {
    first: [
      {
        text: "Let Cloudtap take out what is for the cloud: add this to its configuration and restart it. It needs the right to change the packet filter; in a container, the host's network and NET_ADMIN.",
        recipe: "config_redirect",
        when: "no_interception",
      },
    ],
    routers: {
      other: [
        {
          text: "Let your DHCP server give this one device {address} as its router (option 3). Or enter {address} as gateway in the network settings of the device itself, with DHCP off and everything else as it was.",
        },
      ],
      fritzbox: [
        {
          text: "A FRITZ!Box names itself as the router for everybody. So enter {address} as gateway in the network settings of the device itself, with DHCP off and everything else as it was. Take an address outside the range that the box hands out.",
        },
      ],
      openwrt: [{ text: "Log in to the router (ssh) and enter:", recipe: "router_openwrt" }],
      unifi: [
        {
          text: "UniFi gives a router to a whole network. Make a network (VLAN) for the device, give this host an address in it, and set that address as default gateway in the DHCP settings of this network.",
        },
      ],
      mikrotik: [{ text: "Enter in the router's terminal:", recipe: "router_mikrotik" }],
      opnsense: [
        {
          text: "Services > DHCP, the static mapping of the device: enter {address} as Gateway. With Dnsmasq give the host a tag, and that tag the option router [3] with {address}.",
        },
        { text: "Save, and apply the changes." },
      ],
      pfsense: [
        {
          text: "Services > DHCP Server, the static mapping of the device: enter {address} as Gateway.",
        },
        { text: "Save, and apply the changes." },
      ],
      pihole: [
        {
          text: "Where Pi-hole is your DHCP server: switch on misc.etc_dnsmasq_d under Settings > All settings, and put this into /etc/dnsmasq.d/cloudtap.conf:",
          recipe: "router_dnsmasq",
        },
        { text: "Restart Pi-hole's name server." },
      ],
      dnsmasq: [
        {
          text: "Where dnsmasq is your DHCP server: put this into /etc/dnsmasq.d/cloudtap.conf:",
          recipe: "router_dnsmasq",
        },
        { text: "Restart dnsmasq:", recipe: "restart_dnsmasq" },
      ],
    },
    last: [{ text: "Switch the device off and on, so that it asks for its settings again." }],
  },
} as const;
