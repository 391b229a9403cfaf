import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atCommands, classesOfAt, readAtLines } from "../../../src/protocols/solarman/at-commands.js";
import { encodeWriteRequest } from "../../../src/protocols/solarman/modbus.js";
import { hex } from "./dialogue.js";

function classes(text: string): readonly string[] {
  return readAtLines(Buffer.from(text)).flatMap(classesOfAt);
}

function shown(text: string): readonly string[] {
  return readAtLines(Buffer.from(text)).map((line) => line.text);
}

describe("AT commands", () => {
  it.each([
    ["AT+UPURL=http://host/fw.bin", "firmware"],
    ["AT+SUPDATE", "firmware"],
    ["AT+Z", "reboot"],
    ["AT+NETP=TCP,CLIENT,10000,192.0.2.1", "server"],
    ["AT+SOCKB=TCP,10000,192.0.2.1", "server"],
    ["AT+TCPADDB=192.0.2.1", "server"],
    ["AT+TIME=1,60,120", "setting"],
    ["AT+WEBU=admin,secret", "setting"],
    ["at+netp = tcp,client,1,192.0.2.1", "server"],
  ])("%s is of the class %s", (text, found) => {
    expect(classes(`${text}\r`)).toEqual([found]);
  });

  it.each(["AT+NETP", "AT+NETP=", "AT+NETP=?", "AT+NETP?", "AT+WEBU", "AT+TIME", "AT+VER", "AT+WSKEY=?"])(
    "%s only asks",
    (text) => expect(classes(`${text}\r`)).toEqual(["query"]),
  );

  it.each(["AT+FOO", "AT+FOO=1", "AT+VER=2", "AT+", "hello", "+++", "AT+__PROTO__", "AT+CONSTRUCTOR=1"])(
    "%s is unknown, for it may do anything",
    (text) => expect(classes(text)).toEqual(["unknown"]),
  );

  it("that restore the factory's settings lose the server's address too", () => {
    expect(classes("AT+RELD\r")).toEqual(["server", "setting", "reboot"]);
  });

  it("are one for each line", () => {
    expect(classes("AT+VER\r\nAT+Z\r\r")).toEqual(["query", "reboot"]);
    expect(readAtLines(Buffer.from("\r\n \0\r"))).toEqual([]);
  });

  it("carry Modbus as hex", () => {
    const write = encodeWriteRequest(40, [80]);
    const [line] = readAtLines(Buffer.from(`AT+INVDATA=${write.length},${hex(write)}\n`));
    expect(line?.carried?.frame).toMatchObject({ functionCode: 16, firstRegister: 40, registers: [80] });
    const [broken] = readAtLines(Buffer.from("AT+INVDATA=8,010300\n"));
    expect(broken?.carried).toEqual({ frame: undefined });
  });
});

describe("what is shown of AT commands", () => {
  it("is whole where no parameter is a secret", () => {
    expect(shown("AT+NETP=TCP,CLIENT,10000,192.0.2.1\r")).toEqual(["AT+NETP=TCP,CLIENT,10000,192.0.2.1"]);
  });

  it.each([
    "AT+WEBU=admin,hunter2",
    "AT+WSKEY=WPA2PSK,AES,hunter2",
    "AT+WSKEY WPA2PSK,hunter2",
    "AT+FOO=hunter2",
    "WEBU=admin,hunter2",
    "AT+TIME=1,60,120\rAT+WEBU=admin,hunter2",
  ])("never is a secret: %s", (text) => {
    expect(shown(text).join()).not.toContain("hunter2");
  });

  it("is printable and short", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.constantFrom("", "AT+", "AT+TIME="), (noise, start) => {
        for (const { text } of readAtLines(Buffer.concat([Buffer.from(start), noise]))) {
          expect(text).toMatch(/^[ -~]*…?$/);
          expect(text.length).toBeLessThanOrEqual(125);
        }
      }),
    );
  });
});

it("classes every known command, with parameters and without", () => {
  for (const [name, { classes: found }] of Object.entries(atCommands)) {
    expect(name).toMatch(/^[A-Z]+$/);
    expect(classes(`AT+${name}=1\r`)).toEqual(found);
    expect(classes(`AT+${name}\r`)).not.toEqual([]);
  }
});
