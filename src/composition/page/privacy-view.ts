import type { KnownDevice } from "../../devices/known-device.js";
import type { DisclosedDevice } from "../../monitoring/disclosure-books.js";
import type { PrivacyView } from "../../web/api-types.js";

/** What each device told whom, with the names that people know. A device also tells what those tell that are reached through it. */
export function privacyViewOf(disclosed: readonly DisclosedDevice[], devices: readonly KnownDevice[]): PrivacyView {
  const descriptions = devices.map(({ description }) => description);
  return {
    devices: disclosed.map(({ id, destinations, fields, unread }) => {
      const known = descriptions.find((one) => one.id === id);
      const family = descriptions.filter((one) => one.id === id || one.viaDevice === id);
      // The device's own name of a key wins over that of one behind it.
      const entities = family.toSorted((one) => (one.id === id ? 1 : -1)).flatMap((one) => one.entities);
      const names = new Map(entities.map(({ key, name }) => [key, name]));
      return {
        ...{ id, name: known?.name ?? id, unread, destinations },
        fields: fields.map((key) => ({ key, name: names.get(key) ?? key })),
      };
    }),
  };
}
