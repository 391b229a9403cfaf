import type { guides as english } from "../en/guides.js";
import type { Wording } from "../wording.js";

export const guides: Wording<typeof english> = {
  before: {
    solarman: [
      { text: "Es muss hell sein: Der Logger läuft mit dem Strom des Wechselrichters." },
      {
        text: "Der Logger muss unverschlüsselt sprechen. Seine Firmware steht auf seiner Statusseite: Namen wie MW3_16U_5406_… tun das. Namen wie MW3_SSL_… sind verschlüsselt und können nur ungelesen weitergereicht werden.",
      },
      {
        text: "Der Router soll dem Logger und diesem Rechner feste Adressen geben. Dieser Rechner muss auf Pings antworten.",
      },
    ],
    envoy: [
      {
        text: "Das gilt für den ersten Envoy mit Firmware R3. Ein Envoy-S oder IQ Gateway meldet sich anders: Für diese gibt es die eigene Integration von Home Assistant.",
      },
      { text: "Der Router soll dem Envoy und diesem Rechner feste Adressen geben." },
      { text: "Eine Meldung kommt etwa alle fünf Minuten, und nur bei Tag." },
    ],
    websentry: [
      { text: "Die WebSentry-Verbindung muss am Bedienfeld des Geräts eingeschaltet sein." },
      { text: "Der Router soll dem Gerät und diesem Rechner feste Adressen geben." },
      { text: "Das Gerät meldet sich etwa einmal in der Minute." },
    ],
  },
  own: {
    solarman: [
      {
        text: "Die Adresse des Loggers in der Geräteliste des Routers suchen. Oder sich mit dem WLAN des Loggers verbinden, AP_ und seine Seriennummer; dort ist seine Adresse 10.10.100.254.",
      },
      {
        text: "Im Browser http://{device_ip}/config_hide.html öffnen. Der Benutzer ist admin, das Passwort ist admin.",
      },
      { text: "Aufschreiben, was dort als Server A und Optional Server steht. Das ist der Weg zurück." },
      { text: "Als Working mode „data collection“ wählen." },
      {
        text: "Server A Setting: IP address {address}, domain name leer, port {port}, TCP. Speichern.",
      },
      {
        text: "Optional Server Setting: dasselbe, oder alles leer. Speichern. Bleibt dort der Server des Herstellers, führt das an Cloudtap vorbei.",
      },
      { text: "Den Logger auf derselben Seite neu starten und zwei bis fünf Minuten warten." },
      {
        text: "Zeigt die App des Herstellers danach „offline“, den aufgeschriebenen Server anstelle von {upstream} in Cloudtaps Konfiguration eintragen und Cloudtap neu starten.",
        recipe: "config_upstream",
      },
    ],
    envoy: [
      {
        text: "Cloudtap soll die Meldungen aus dem herausnehmen, was der Envoy schickt: das in die Konfiguration eintragen und neu starten. Es braucht das Recht, den Paketfilter zu ändern; in einem Container das Netz des Rechners und NET_ADMIN.",
        recipe: "config_redirect",
        when: "no_interception",
      },
      {
        text: "Im Browser http://{device_ip}/ öffnen und dort die Netzwerkeinstellungen. Vielleicht wird nach dem Passwort des Installateurs oder Besitzers gefragt.",
      },
      { text: "DHCP ausschalten. Adresse, Maske und Nameserver lassen, wie sie sind." },
      { text: "Im Feld Gateway {address} eintragen." },
      { text: "Update drücken und warten, bis die Seite sagt, dass die Einstellungen gespeichert sind." },
      {
        text: "Die Seite noch einmal ansehen: Das Gateway muss {address} sein. Zurück geht es mit der Adresse des Routers an derselben Stelle.",
      },
    ],
    websentry: [
      {
        text: "Cloudtaps eigenen Nameserver einschalten: das in die Konfiguration eintragen und neu starten.",
        recipe: "config_name_server",
        when: "no_name_server",
      },
      {
        text: "Am Bedienfeld des Geräts die Netzwerkeinstellungen öffnen. Adresse, Maske und Gateway lassen, wie sie sind.",
      },
      { text: "Als Nameserver (DNS) {address} eintragen, und nur diesen einen." },
      { text: "Das Gerät aus- und wieder einschalten und zwei Minuten warten." },
    ],
  },
  dns: {
    first: {
      solarman: [
        {
          text: "http://{device_ip}/config_hide.html öffnen (Benutzer admin, Passwort admin). Aufschreiben, was dort steht, und die Felder IP address beider Server leeren: Eine gespeicherte Adresse wird genommen, ohne jemanden zu fragen. Speichern.",
        },
        {
          text: "Nachsehen, welcher domain name dort steht. Die Schritte unten sind für {vendor_host}; ist es ein anderer, dann diesen nehmen.",
        },
      ],
      envoy: [],
      websentry: [],
    },
    config: [
      {
        text: "Das Gerät ruft Port {vendor_port} an, aber das Relay {relay} lauscht auf {port}: das in Cloudtaps Konfiguration ändern.",
        recipe: "config_listen",
        when: "port_differs",
      },
      {
        text: "Cloudtap selbst darf den geänderten Namen nicht glauben. In der Konfiguration andere Nameserver eintragen und neu starten.",
        recipe: "config_resolver",
      },
    ],
    routers: {
      other: [
        {
          text: "Im Router nach lokalen DNS-Einträgen, Host-Overrides oder DNS-Umschreibungen suchen. Den Namen {vendor_host} mit der Adresse {address} eintragen. Gibt es so etwas nicht, einen anderen Weg wählen.",
        },
      ],
      fritzbox: [
        {
          text: "Eine FRITZ!Box kann das nicht selbst. Cloudtaps eigenen Nameserver einschalten: das in die Konfiguration eintragen und neu starten.",
          recipe: "config_name_server",
          when: "no_name_server",
        },
        {
          text: "In den Netzwerkeinstellungen des Geräts selbst {address} als Nameserver eintragen, und nur diesen. Ein Gerät ohne solche Einstellungen lässt sich hinter einer FRITZ!Box nicht über den Namen hierher leiten: einen anderen Weg wählen.",
        },
      ],
      openwrt: [{ text: "Am Router anmelden (ssh) und eingeben:", recipe: "dns_openwrt" }],
      unifi: [
        {
          text: "UniFi Network 9.4 und neuer: Settings > Policy Table > Create New Policy > DNS. Version 9.3: Settings > Policy Engine > DNS > Create DNS Record.",
        },
        { text: "Typ Host (A), Name {vendor_host}, Adresse {address}. Speichern." },
      ],
      mikrotik: [
        {
          text: "Im Terminal des Routers eingeben. Die Geräte müssen den Router als Nameserver benutzen.",
          recipe: "dns_mikrotik",
        },
      ],
      opnsense: [
        {
          text: "Services > Unbound DNS > Overrides: einen Host-Override anlegen mit Host {vendor_label}, Domain {vendor_domain}, Typ A, IP {address}.",
        },
        { text: "Anwenden (Apply)." },
      ],
      pfsense: [
        {
          text: "Services > DNS Resolver > General Settings, am Ende der Seite Host Overrides: Host {vendor_label}, Domain {vendor_domain}, IP {address}.",
        },
        { text: "Speichern und die Änderungen anwenden." },
      ],
      pihole: [{ text: "Settings > Local DNS Records: Domain {vendor_host} und IP {address} eintragen. Speichern." }],
      adguard: [
        {
          text: "Filter > DNS-Umschreibungen > DNS-Umschreibung hinzufügen: Domain {vendor_host}, Antwort {address}. Speichern.",
        },
      ],
      dnsmasq: [
        { text: "Das in /etc/dnsmasq.d/cloudtap.conf schreiben:", recipe: "dns_dnsmasq" },
        { text: "dnsmasq neu starten:", recipe: "restart_dnsmasq" },
      ],
      unbound: [
        { text: "Das in /etc/unbound/unbound.conf.d/cloudtap.conf schreiben:", recipe: "dns_unbound" },
        { text: "Unbound neu starten:", recipe: "restart_unbound" },
      ],
    },
    last: [
      {
        text: "An einem Rechner zu Hause nachsehen, ob es gewirkt hat. Die Antwort muss {address} sein.",
        recipe: "dns_check",
      },
      { text: "Das Gerät aus- und wieder einschalten, damit es neu fragt." },
    ],
  },
  gateway: {
    first: [
      {
        text: "Cloudtap soll herausnehmen, was für die Cloud ist: das in die Konfiguration eintragen und neu starten. Es braucht das Recht, den Paketfilter zu ändern; in einem Container das Netz des Rechners und NET_ADMIN.",
        recipe: "config_redirect",
        when: "no_interception",
      },
    ],
    routers: {
      other: [
        {
          text: "Der DHCP-Server soll diesem einen Gerät {address} als Router geben (Option 3). Oder in den Netzwerkeinstellungen des Geräts selbst {address} als Gateway eintragen, mit ausgeschaltetem DHCP und allem anderen wie bisher.",
        },
      ],
      fritzbox: [
        {
          text: "Eine FRITZ!Box nennt sich allen als Router. Darum in den Netzwerkeinstellungen des Geräts selbst {address} als Gateway eintragen, mit ausgeschaltetem DHCP und allem anderen wie bisher. Als Adresse eine außerhalb des Bereichs nehmen, den die Box vergibt.",
        },
      ],
      openwrt: [{ text: "Am Router anmelden (ssh) und eingeben:", recipe: "router_openwrt" }],
      unifi: [
        {
          text: "UniFi gibt einem ganzen Netz einen Router. Ein Netz (VLAN) für das Gerät anlegen, diesem Rechner darin eine Adresse geben und sie in den DHCP-Einstellungen dieses Netzes als Standardgateway eintragen.",
        },
      ],
      mikrotik: [{ text: "Im Terminal des Routers eingeben:", recipe: "router_mikrotik" }],
      opnsense: [
        {
          text: "Services > DHCP, die feste Zuordnung des Geräts: als Gateway {address} eintragen. Mit Dnsmasq dem Host ein Tag geben, und dem Tag die Option router [3] mit {address}.",
        },
        { text: "Speichern und die Änderungen anwenden." },
      ],
      pfsense: [
        { text: "Services > DHCP Server, die feste Zuordnung des Geräts: als Gateway {address} eintragen." },
        { text: "Speichern und die Änderungen anwenden." },
      ],
      pihole: [
        {
          text: "Wo Pi-hole der DHCP-Server ist: unter Settings > All settings misc.etc_dnsmasq_d einschalten und das in /etc/dnsmasq.d/cloudtap.conf schreiben:",
          recipe: "router_dnsmasq",
        },
        { text: "Den Nameserver von Pi-hole neu starten." },
      ],
      dnsmasq: [
        {
          text: "Wo dnsmasq der DHCP-Server ist: das in /etc/dnsmasq.d/cloudtap.conf schreiben:",
          recipe: "router_dnsmasq",
        },
        { text: "dnsmasq neu starten:", recipe: "restart_dnsmasq" },
      ],
    },
    last: [{ text: "Das Gerät aus- und wieder einschalten, damit es seine Einstellungen neu holt." }],
  },
};
