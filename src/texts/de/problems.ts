import type { problems as english } from "../en/problems.js";
import type { Wording } from "../wording.js";

export const problems: Wording<typeof english> = {
  relay_failed: {
    text: "Bei {relay} können keine Geräte ankommen: {error}",
    remedy:
      "Das andere Programm beenden, das diesen Port hat, oder dem Relay einen anderen geben, und Cloudtap neu starten.",
  },
  relay_silent: {
    text: "Seit {minutes} hat sich bei {relay} kein Gerät gemeldet.",
    remedy: "Nachsehen, ob das Gerät Strom und Netz hat. „Einrichten“ zeigt, welcher Schritt fehlt.",
  },
  relay_waiting: {
    text: "Bei {relay} hat sich noch kein Gerät gemeldet (Port {port}).",
    remedy: "„Einrichten“ zeigt, wie ein Gerät hierher geleitet wird.",
  },
  device_offline: {
    text: "{device} schweigt seit {since}.",
    remedy:
      "Nachsehen, ob es Strom und Netz hat und ob es noch hierher findet: „Einrichten“ zeigt, welcher Schritt fehlt.",
  },
  device_unread: {
    text: "{device} spricht verschlüsselt, seine Werte sind hier nicht zu lesen: {reason}",
    remedy:
      "Seine Cloud läuft weiter. Nach einer Änderung seiner Firmware das Gerät hier öffnen und „Wieder lesen“ wählen.",
  },
  cloud_away: {
    text: "Die Cloud von {relay} antwortet nicht ({host}): {detail}",
    remedy:
      "Meist ist das Internet weg, oder der Hersteller hat eine Störung. Mit „cloud: auto“ antwortet Cloudtap den Geräten solange selbst.",
  },
  broker_away: {
    text: "Werte kommen nicht bei Home Assistant an: Der MQTT-Broker antwortet nicht ({url}).",
    remedy: "Nachsehen, ob der Broker läuft und ob Adresse, Benutzer und Passwort in Cloudtaps Konfiguration stimmen.",
  },
  capture_problem: {
    text: "Mitschnitte können nicht geschrieben werden: {detail}",
    remedy: "Auf der Festplatte Platz machen und nachsehen, ob Cloudtap in den Ordner der Mitschnitte schreiben darf.",
  },
  splunk_problem: {
    text: "Messwerte kommen nicht bei Splunk an: {detail}",
    remedy: "Nachsehen, ob Adresse und Token stimmen. Was wartet, wird aufgehoben und später geschickt.",
  },
  spool_problem: {
    text: "Der Verkehr kann nicht in Dateien geschrieben werden: {detail}",
    remedy: "Auf der Festplatte Platz machen und nachsehen, ob Cloudtap in den Ordner schreiben darf.",
  },
  outbox_waiting: {
    text: {
      one: "{count} Meldung von {device} wartet auf die Cloud.",
      other: "{count} Meldungen von {device} warten auf die Cloud.",
    },
    remedy: "Nichts: Sie werden zugestellt, sobald die Cloud antwortet.",
  },
  store_failed: {
    text: "Cloudtap kann nicht aufheben, was es sich merken muss: {detail}",
    remedy:
      "Auf der Festplatte Platz machen und nachsehen, ob Cloudtap in seinen Datenordner schreiben darf. Dann neu starten.",
  },
  intercept_problem: {
    text: "Dieser Rechner leitet keine Geräte hierher: {detail}",
    remedy: "Cloudtaps Protokoll sagt, was ihm fehlt; der Befehl „cloudtap doctor“ auch.",
  },
  name_server_failed: {
    text: "Cloudtaps Nameserver antwortet nicht: {detail}",
    remedy: "Seinen Port frei machen oder ihm mit „intercept.dns.listen“ eine andere Adresse geben.",
  },
};
