-- Solarman V5.

local solarman = Proto("solarman", "Solarman V5")
local fields, classes = declare_fields(solarman, "solarman.", facts.fields)
local experts = {
  checksum = ProtoExpert.new("solarman.bad_checksum", "Wrong checksum", expert.group.CHECKSUM, expert.severity.ERROR),
  trailer = ProtoExpert.new("solarman.bad_end", "The frame does not end in 15", expert.group.MALFORMED, expert.severity.ERROR),
  garbage = ProtoExpert.new("solarman.garbage", "No frame", expert.group.MALFORMED, expert.severity.WARN),
  implausible = ProtoExpert.new("solarman.implausible", "Implausible value", expert.group.PROTOCOL, expert.severity.NOTE),
  modbus = ProtoExpert.new("solarman.no_modbus", "No Modbus frame with a right checksum", expert.group.CHECKSUM, expert.severity.WARN),
  short = ProtoExpert.new("solarman.short", "Too short for its type", expert.group.MALFORMED, expert.severity.WARN),
}
solarman.experts = {
  experts.checksum, experts.trailer, experts.garbage, experts.implausible, experts.modbus, experts.short,
}

local exchanges = new_exchanges()
function solarman.init()
  exchanges = new_exchanges()
end

local head_bytes, tail_bytes, limit_bytes = facts.headBytes, facts.tailBytes, facts.limitBytes

-- Length of the frame that begins at `at`, counted from 1; nil: none begins there.
local function length_at(raw, at)
  if raw:byte(at) ~= 0xa5 or raw:byte(at + 3) ~= 0x10 then
    return nil
  end
  local length = raw:byte(at + 1) + 256 * raw:byte(at + 2) + head_bytes + tail_bytes
  return length <= limit_bytes and length or nil
end

local function has_right_checksum(raw, at, length)
  return raw:byte(at + length - 2) == sum8(raw, at + 1, at + length - 3)
end

-- True for a frame, or for as much of one as is there.
local function begins_frame(raw, at)
  if raw:byte(at) ~= 0xa5 then
    return false
  elseif at + 3 > #raw then
    return true
  end
  local length = length_at(raw, at)
  if not length then
    return false
  elseif at + length - 1 > #raw then
    return true
  end
  return raw:byte(at + length - 1) == 0x15 or has_right_checksum(raw, at, length)
end

-- Length of what stands at `offset`: a frame, or what is none up to the next; 0: more must come.
local function unit_length(tvb, _, offset)
  local raw = tvb:raw(0, tvb:len())
  local at = offset + 1
  if begins_frame(raw, at) then
    return at + 3 <= #raw and length_at(raw, at) or 0
  end
  repeat
    at = at + 1
  until at > #raw or begins_frame(raw, at)
  return at - offset - 1
end

local readers = {
  u8 = function(range) return range:uint() end,
  u16le = function(range) return range:le_uint() end,
  u16be = function(range) return range:uint() end,
  s16le = function(range) return range:le_int() end,
  s16be = function(range) return range:int() end,
  u32le = function(range) return range:le_uint() end,
  u32be = function(range) return range:uint() end,
}

local function is_plausible(row, value)
  if row.oneOf then
    for _, one in ipairs(row.oneOf) do
      if one == value then
        return true
      end
    end
    return false
  elseif value == 0 and row.zeroAllowed then
    return true
  end
  return value >= (row.min or value) and value <= (row.max or value)
end

local function read_text(range)
  local text = range:raw():match("^[^%z]*")
  if text:find("[^ -~]") then
    return nil
  end
  text = text:gsub(" +$", "")
  return text ~= "" and text or nil
end

local function read_clock(range)
  local year, month, day, hour, minute, second = range:raw():byte(1, 6)
  if year > 99 or month < 1 or month > 12 or day < 1 or day > 31 or hour > 23 or minute > 59 or second > 59 then
    return nil
  end
  return string.format("20%02d-%02d-%02dT%02d:%02d:%02d", year, month, day, hour, minute, second)
end

-- nil: none.
local function read_value(row, range)
  if row.type == "ascii" then
    return read_text(range)
  elseif row.type == "clock6" then
    return read_clock(range)
  elseif row.type == "mac" then
    return range:ether()
  end
  local raw = readers[row.type](range)
  for _, absent in ipairs(row.absent or {}) do
    if raw == absent then
      return nil
    end
  end
  raw = raw + (row.bias or 0)
  return row.divisor and raw / row.divisor or raw
end

-- The fields of a table that lie within tvb[at, stop): {row, range, value, plausible}, and their values by key.
local function read_table(tvb, at, stop, rows)
  local found, values = {}, {}
  for _, row in ipairs(rows) do
    if at + row.offset + row.length <= stop then
      local range = tvb(at + row.offset, row.length)
      local value = read_value(row, range)
      local plausible = type(value) ~= "number" or is_plausible(row, value)
      found[#found + 1] = { row = row, range = range, value = value, plausible = plausible }
      values[row.key] = value
    end
  end
  return found, values
end

local function add_fields(tree, found)
  for _, one in ipairs(found) do
    local field = fields[one.row.key]
    if one.value == nil then
      tree:add(one.range, one.row.label .. ": none")
    else
      local item = tree:add(field, one.range, one.value)
      if classes[one.row.key] == "double" and one.row.unit then
        item:append_text(" " .. one.row.unit)
      end
      if not one.plausible then
        item:add_proto_expert_info(experts.implausible)
      end
    end
  end
end

local function add_table(tree, tvb, at, stop, rows)
  local found, values = read_table(tvb, at, stop, rows)
  add_fields(tree, found)
  return values
end

local function has_serial(values)
  return type(values.inverter_serial) == "string" and #values.inverter_serial == 10
end

local function by_key(found, key)
  for _, one in ipairs(found) do
    if one.row.key == key then
      return one
    end
  end
end

-- Bytes 284 to 303 hold registers 34 to 43 only where the first two repeat those at 223.
local function without_inferred(found, tvb, at, stop)
  if stop - at == 330 and tvb:raw(at + 284, 4) == tvb:raw(at + 223, 4) then
    return found
  end
  local kept = {}
  for _, one in ipairs(found) do
    if one.row.key ~= "active_power_limit" and one.row.key ~= "on_off" then
      kept[#kept + 1] = one
    end
  end
  return kept
end

local readings = {}

function readings.microinverter(tvb, at, stop)
  local found, values = read_table(tvb, at, stop, facts.tables.microinverter)
  local inputs, phases = by_key(found, "mppt_count"), by_key(found, "phase_count")
  if stop - at < 251 or not has_serial(values) or not inputs.plausible or not phases.plausible then
    return nil
  end
  return without_inferred(found, tvb, at, stop), values
end

-- One implausible value says that the table is not this inverter's. High-voltage models count in steps of 0.1 V and 10 W.
function readings.hybrid(tvb, at, stop)
  local found, values = read_table(tvb, at, stop, facts.tables.hybrid)
  if stop - at < 207 or not has_serial(values) then
    return nil
  end
  for _, one in ipairs(found) do
    if not one.plausible then
      return nil
    end
  end
  local voltage, power = by_key(found, "battery_voltage"), by_key(found, "battery_power")
  if voltage.value < 36 or voltage.value > 65 then
    voltage.value = math.floor(voltage.value * 100 + 0.5) / 10
    power.value = power.value * 10
    if math.abs(power.value) > 32000 then
      return nil
    end
  end
  return found, values
end

-- Each adds what stands in tvb[at, stop) and returns words for the column Info.
local messages = {}

function messages.data(tree, tvb, at, stop)
  local values = add_table(tree, tvb, at, stop, facts.tables.data)
  local layout = facts.layouts[values.sensor_type]
  local found, record = nil, {}
  if layout then
    found, record = readings[layout](tvb, at, stop)
  end
  if found then
    add_fields(tree:add(tvb(at, stop - at), "Values of the inverter"), found)
  end
  local words = values.frame_type >= 128 and "stored record " or "live record "
  words = words .. string.format("%d", values.record_counter)
  return record and record.power and string.format("%s, %d W", words, record.power) or words
end

function messages.wifi_info(tree, tvb, at, stop)
  if tvb(at, 1):uint() == 0x04 then
    stop = math.min(stop, at + 14)
  end
  add_table(tree, tvb, at, stop, facts.tables.wifi_info)
  return "WiFi info"
end

local function plain(name, words)
  messages[name] = function(tree, tvb, at, stop)
    add_table(tree, tvb, at, stop, facts.tables[name])
    return words
  end
end
plain("hello", "hello")
plain("report", "report")

function messages.acknowledgement(tree, tvb, at, stop, type)
  local values = add_table(tree, tvb, at, stop, facts.tables.acknowledgement)
  tree:add(fields.time, tvb(at + 2, 4), NSTime.new(values.unix_time)):set_generated()
  return facts.typeNames[type] or "acknowledgement"
end

-- Where a Modbus frame with a right checksum stands in tvb[at, stop); some sticks put a stray FF before it.
local function find_modbus(tvb, at, stop, length_of)
  local raw = tvb:raw(at, stop - at)
  for _, skip in ipairs(raw:byte(1) == 0xff and { 1, 0 } or { 0 }) do
    local rtu = raw:sub(skip + 1)
    local length = #rtu >= 3 and length_of(rtu)
    if length and #rtu >= length and crc16(rtu, 1, length - 2) == rtu:byte(length - 1) + 256 * rtu:byte(length) then
      return at + skip, length
    end
  end
end

local function request_length(rtu)
  return rtu:byte(2) == 16 and 9 + (rtu:byte(7) or 0) or 8
end

local function response_length(rtu)
  local code = rtu:byte(2)
  if code >= 0x80 then
    return 5
  end
  return (code == 3 or code == 4) and 5 + rtu:byte(3) or 8
end

local function register_words(first, count)
  if count == 1 then
    local name = facts.registerNames[first]
    return string.format("register %d", first) .. (name and " (" .. name .. ")" or "")
  end
  return string.format("registers %d-%d", first, first + count - 1)
end

-- `first`: number of the first register, where it is known.
local function add_registers(tree, tvb, at, count, first)
  for index = 0, count - 1 do
    local range = tvb(at + 2 * index, 2)
    local item = tree:add(fields["modbus.register"], range)
    if first then
      item:set_text(string.format("Value of %s: %d", register_words(first + index, 1), range:uint()))
    end
  end
end

local function add_modbus_start(tree, tvb, at, length)
  local subtree = tree:add(tvb(at, length), "Modbus")
  subtree:add(fields["modbus.unit"], tvb(at, 1))
  local code = tvb(at + 1, 1):uint()
  local item = subtree:add(fields["modbus.function"], tvb(at + 1, 1), code % 128)
  if code >= 128 then
    item:append_text(", refused")
  end
  return subtree, code
end

local function add_modbus_checksum(tree, range)
  tree:add_le(fields["modbus.checksum"], range):append_text(" (right)")
end

-- The register that the frame names, and how many it is about.
local function add_named_registers(tree, tvb, at, code)
  local first = tvb(at + 2, 2):uint()
  local item = tree:add(fields["modbus.first_register"], tvb(at + 2, 2), first)
  local name = facts.registerNames[first]
  if name then
    item:append_text(" (" .. name .. ")")
  end
  if code == 6 then
    add_registers(tree, tvb, at + 4, 1, first)
    return first, 1
  end
  local count = tvb(at + 4, 2):uint()
  tree:add(fields["modbus.register_count"], tvb(at + 4, 2), count)
  return first, count
end

local function modbus_request(tree, tvb, at, stop)
  local start, length = find_modbus(tvb, at, stop, request_length)
  if not start then
    tree:add(fields.content, tvb(at, stop - at)):add_proto_expert_info(experts.modbus)
    return "Modbus without a valid frame"
  end
  local subtree, code = add_modbus_start(tree, tvb, start, length)
  local first, count = add_named_registers(subtree, tvb, start, code)
  if code == 16 then
    local bytes = tvb(start + 6, 1):uint()
    subtree:add(fields["modbus.byte_count"], tvb(start + 6, 1), bytes)
    add_registers(subtree, tvb, start + 7, math.floor(bytes / 2), first)
  end
  add_modbus_checksum(subtree, tvb(start + length - 2, 2))
  local what = (code == 6 or code == 16) and "write" or (code == 3 or code == 4) and "read" or "function " .. code
  return "Modbus " .. what .. " of " .. register_words(first, count), first
end

local function modbus_response(tree, tvb, at, stop, request)
  local start, length = find_modbus(tvb, at, stop, response_length)
  if not start then
    tree:add(fields.content, tvb(at, stop - at)):add_proto_expert_info(experts.modbus)
    return "Modbus without a valid frame"
  end
  local subtree, code = add_modbus_start(tree, tvb, start, length)
  local words
  if code >= 128 then
    local exception = tvb(start + 2, 1):uint()
    subtree:add(fields["modbus.exception"], tvb(start + 2, 1), exception)
    words = "Modbus refused: " .. (facts.exceptions[exception] or exception)
  elseif code == 3 or code == 4 then
    local count = math.floor(tvb(start + 2, 1):uint() / 2)
    subtree:add(fields["modbus.byte_count"], tvb(start + 2, 1))
    add_registers(subtree, tvb, start + 3, count, request and request.what)
    words = string.format(count == 1 and "Modbus answer, %d register" or "Modbus answer, %d registers", count)
  else
    words = "Modbus done: " .. register_words(add_named_registers(subtree, tvb, start, code))
  end
  add_modbus_checksum(subtree, tvb(start + length - 2, 2))
  return words
end

local function add_text(tree, tvb, at, stop)
  local text = tvb:raw(at, stop - at)
  tree:add(fields.at_text, tvb(at, stop - at), (text:gsub("[^ -~]", " "):gsub(" +$", "")))
  return text:match("^[ -~]*")
end

function messages.command(tree, tvb, at, stop)
  local values = add_table(tree, tvb, at, stop, facts.tables.command)
  local content = at + facts.commandContentAt
  if content >= stop then
    return "command"
  elseif values.frame_type == 1 then
    return "AT command " .. add_text(tree, tvb, content, stop)
  elseif values.frame_type == 2 then
    return modbus_request(tree, tvb, content, stop)
  end
  tree:add(fields.content, tvb(content, stop - content))
  return string.format("command of kind %d", values.frame_type)
end

function messages.answer(tree, tvb, at, stop, _, request)
  local values = add_table(tree, tvb, at, stop, facts.tables.answer)
  local content = at + facts.answerContentAt
  if content >= stop then
    return "answer"
  elseif values.frame_type == 1 then
    return "AT answer " .. add_text(tree, tvb, content, stop)
  elseif values.frame_type ~= 2 then
    tree:add(fields.content, tvb(content, stop - content))
    return string.format("answer of kind %d", values.frame_type)
  elseif stop - content == 2 then
    local code = tvb(content, 2):le_uint()
    tree:add(fields.error_code, tvb(content, 2), code)
    return string.format("error %d: %s", code, facts.errorCodes[code] or "not known")
  end
  return modbus_response(tree, tvb, content, stop, request)
end

local function message_of(type)
  local name = facts.messages[type]
  if name then
    return name
  end
  return math.floor(type / 16) == 1 and "acknowledgement" or nil
end

-- Token of the exchange, and whether the frame asks.
local function exchange_of(type, server_sequence, device_sequence, kind)
  if type == 0x45 then
    return "command " .. server_sequence, true
  elseif type == 0x15 or type == 0x05 then
    return "command " .. server_sequence, false, type == 0x05 or kind == 8
  elseif math.floor(type / 16) == 4 then
    return "report " .. type .. " " .. device_sequence, true
  elseif math.floor(type / 16) == 1 then
    return "report " .. (type + 0x30) .. " " .. device_sequence, false
  end
end

local function add_payload(tree, tvb, stop, type, request)
  local name = message_of(type)
  local words, what = facts.typeNames[type] or string.format("type 0x%02x", type), nil
  local needed = facts.neededBytes[name]
  if not needed then
    return words
  elseif stop - head_bytes < needed then
    tree:add_proto_expert_info(experts.short)
    return words .. ", too short"
  end
  local payload = tree:add(tvb(head_bytes, stop - head_bytes), "Payload: " .. words)
  words, what = messages[name](payload, tvb, head_bytes, stop, type, request)
  return words, what
end

local function check_frame(tree, raw, length, tvb)
  local stop = length - tail_bytes
  local sum = tree:add(fields.checksum, tvb(stop, 1))
  if has_right_checksum(raw, 1, length) then
    sum:append_text(" (right)")
  else
    local expected = string.format("Wrong checksum: expected 0x%02x", sum8(raw, 2, stop))
    sum:add_proto_expert_info(experts.checksum, expected)
  end
  local last = tree:add(fields["end"], tvb(stop + 1, 1))
  if raw:byte(length) ~= 0x15 then
    last:add_proto_expert_info(experts.trailer)
  end
end

local function dissect_garbage(tvb, pinfo, tree)
  local text = string.format("%d bytes that are no frame", tvb:len())
  tree:add(solarman, tvb(), "Solarman V5, " .. text):add_proto_expert_info(experts.garbage)
  tell(pinfo, "Solarman", text)
  return tvb:len()
end

local function dissect_unit(tvb, pinfo, root)
  local raw = tvb:raw(0, tvb:len())
  local length = #raw >= 4 and length_at(raw, 1)
  if length ~= #raw then
    return dissect_garbage(tvb, pinfo, root)
  end
  local tree = root:add(solarman, tvb())
  local head = add_table(tree, tvb, 0, head_bytes, facts.tables.head)
  local stop = length - tail_bytes
  local kind = stop > head_bytes and raw:byte(head_bytes + 1) or nil
  local token, asks, keeps = exchange_of(head.type, head.server_sequence, head.device_sequence, kind)
  local request = token and not asks and note_answer(exchanges, pinfo, token, keeps) or nil
  local words, what = add_payload(tree, tvb, stop, head.type, request)
  check_frame(tree, raw, length, tvb)
  if token and asks then
    add_link(tree, tvb, fields.answered_in, note_request(exchanges, pinfo, token, what))
  elseif request then
    add_link(tree, tvb, fields.answer_to, request.number)
  end
  tree:append_text(", " .. words)
  tell(pinfo, "Solarman", words)
  return length
end

-- True where tvb begins with a frame, or a whole right one stands further on.
local function holds_frame(raw)
  if begins_frame(raw, 1) then
    return true
  end
  for at = 2, #raw - head_bytes - tail_bytes + 1 do
    local length = length_at(raw, at)
    if length and at + length - 1 <= #raw and has_right_checksum(raw, at, length) then
      return true
    end
  end
  return false
end

function solarman.dissector(tvb, pinfo, tree)
  if tvb:len() == 0 or not holds_frame(tvb:raw(0, tvb:len())) then
    return 0
  end
  dissect_tcp_pdus(tvb, tree, 1, unit_length, dissect_unit)
  return tvb:len()
end

local function guess(tvb, pinfo, tree)
  local raw = tvb:raw(0, tvb:len())
  if #raw < head_bytes or not length_at(raw, 1) or not begins_frame(raw, 1) or not facts.typeNames[raw:byte(5)] then
    return false
  end
  pinfo.conversation = solarman
  solarman.dissector(tvb, pinfo, tree)
  return true
end

solarman:register_heuristic("tcp", guess)
-- NDMP stands at this port too.
DissectorTable.get("tcp.port"):set(facts.port, solarman)
