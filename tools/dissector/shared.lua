-- Both protocols.

-- Exclusive or of numbers below 65536. The operators of newer versions of Lua are not in older ones, and the libraries of those not in
-- newer ones.
local nibbles = {}
for a = 0, 15 do
  nibbles[a] = {}
  for b = 0, 15 do
    local result = 0
    for bit = 0, 3 do
      local value = 2 ^ bit
      if math.floor(a / value) % 2 ~= math.floor(b / value) % 2 then
        result = result + value
      end
    end
    nibbles[a][b] = result
  end
end

local function exclusive_or(a, b)
  local result = 0
  for place = 0, 3 do
    local value = 16 ^ place
    result = result + value * nibbles[math.floor(a / value) % 16][math.floor(b / value) % 16]
  end
  return math.floor(result)
end

local crc_table = {}
for byte = 0, 255 do
  local crc = byte
  for _ = 1, 8 do
    local half = math.floor(crc / 2)
    crc = crc % 2 == 1 and exclusive_or(half, 0xa001) or half
  end
  crc_table[byte] = crc
end

-- CRC-16/MODBUS of the bytes from..to of a string, counted from 1.
local function crc16(raw, from, to)
  local crc = 0xffff
  for at = from, to do
    crc = exclusive_or(math.floor(crc / 256), crc_table[exclusive_or(crc % 256, raw:byte(at))])
  end
  return crc
end

local function sum8(raw, from, to)
  local sum = 0
  for at = from, to do
    sum = sum + raw:byte(at)
  end
  return sum % 256
end

-- A row of a table of fields: {filter name, label, class, unit or names}.
local constructors = {
  uint = function(name, label, more)
    if type(more) == "table" then
      return ProtoField.uint32(name, label, base.DEC, more)
    elseif more then
      return ProtoField.uint32(name, label, base.UNIT_STRING, { " " .. more })
    end
    return ProtoField.uint32(name, label, base.DEC)
  end,
  hex8 = function(name, label, more)
    return ProtoField.uint8(name, label, base.HEX, more)
  end,
  hex16 = function(name, label, more)
    return ProtoField.uint16(name, label, base.HEX, more)
  end,
  hex24 = function(name, label)
    return ProtoField.uint24(name, label, base.HEX)
  end,
  int = function(name, label, more)
    if more then
      return ProtoField.int32(name, label, base.UNIT_STRING, { " " .. more })
    end
    return ProtoField.int32(name, label, base.DEC)
  end,
  double = function(name, label)
    return ProtoField.double(name, label)
  end,
  string = function(name, label)
    return ProtoField.string(name, label)
  end,
  ether = function(name, label)
    return ProtoField.ether(name, label)
  end,
  time = function(name, label)
    return ProtoField.absolute_time(name, label, base.UTC)
  end,
  request = function(name, label)
    return ProtoField.framenum(name, label, base.NONE, frametype.REQUEST)
  end,
  response = function(name, label)
    return ProtoField.framenum(name, label, base.NONE, frametype.RESPONSE)
  end,
  bytes = function(name, label)
    return ProtoField.bytes(name, label)
  end,
}

-- Gives a protocol its fields; returns them by the keys of `rows`, their classes, and their units or the names of their values.
local function declare_fields(protocol, prefix, rows)
  local fields, classes, more, list = {}, {}, {}, {}
  for _, row in ipairs(rows) do
    local field = constructors[row[3]](prefix .. row[1], row[2], row[4])
    fields[row[1]] = field
    classes[row[1]] = row[3]
    more[row[1]] = row[4]
    list[#list + 1] = field
  end
  protocol.fields = list
  return fields, classes, more
end

-- A value as a person reads it: its name where it has one, else with its unit.
local function words_of(value, more)
  local text = string.format("%.10g", value)
  if type(more) == "table" then
    return more[value] or text
  end
  return more and text .. " " .. more or text
end

-- What this packet holds, in the column Info; of several frames one behind the other.
local function tell(pinfo, name, text)
  if pinfo.private["cloudtap"] == "told" then
    pinfo.cols.info:append("; " .. text)
  else
    pinfo.cols.protocol = name
    pinfo.cols.info = text
  end
  pinfo.private["cloudtap"] = "told"
end

-- Requests and answers of one protocol, by connection.
local function new_exchanges()
  return { waiting = {}, answer_to = {}, answered_in = {} }
end

-- The number of the TCP stream is known to Lua only where a tree is built, which is not so when a file is first read.
local function stream_key(pinfo, token)
  local source = tostring(pinfo.src) .. " " .. pinfo.src_port
  local target = tostring(pinfo.dst) .. " " .. pinfo.dst_port
  if source > target then
    source, target = target, source
  end
  return source .. " " .. target .. " " .. token
end

local function note_request(exchanges, pinfo, token, what)
  local key = stream_key(pinfo, token)
  if not pinfo.visited then
    local queue = exchanges.waiting[key] or {}
    exchanges.waiting[key] = queue
    queue[#queue + 1] = { number = pinfo.number, what = what }
  end
  return exchanges.answered_in[pinfo.number .. " " .. key]
end

-- The oldest request that waits for this answer: {number, what}. `keeps`: more answers to it follow.
local function note_answer(exchanges, pinfo, token, keeps)
  local key = stream_key(pinfo, token)
  local here = pinfo.number .. " " .. key
  if not pinfo.visited and not exchanges.answer_to[here] then
    local queue = exchanges.waiting[key]
    if queue and queue[1] then
      local request = keeps and queue[1] or table.remove(queue, 1)
      exchanges.answer_to[here] = request
      exchanges.answered_in[request.number .. " " .. key] = pinfo.number
    end
  end
  return exchanges.answer_to[here]
end

-- Frame numbers of what belongs together, as links.
local function add_link(tree, tvb, field, number)
  if number then
    tree:add(field, tvb(0, 0), number):set_generated()
  end
end
