import type { KnownDevice } from "../../devices/known-device.js";
import type { DisclosedDevice } from "../../monitoring/disclosure-books.js";
import type { PrivacyView } from "../../web/api-types.js";

/** What each device told whom, with the names that people know; the devices in the order in which they are known. */
export function privacyViewOf(
  disclosed: readonly DisclosedDevice[],
  find: (id: string) => KnownDevice | undefined,
): PrivacyView {
  return {
    devices: disclosed.map(({ id, destinations, fields, unread }) => {
      const known = find(id)?.description;
      const names = new Map(known?.entities.map(({ key, name }) => [key, name]));
      return {
        ...{ id, name: known?.name ?? id, unread, destinations },
        fields: fields.map((key) => ({ key, name: names.get(key) ?? key })),
      };
    }),
  };
}
