-- WebSentry.

local websentry = Proto("websentry", "WebSentry")
local fields, classes, more = declare_fields(websentry, "websentry.", facts.fields)
local experts = {
  checksum = ProtoExpert.new("websentry.bad_checksum", "Wrong checksum", expert.group.CHECKSUM, expert.severity.ERROR),
  garbage = ProtoExpert.new("websentry.garbage", "No frame", expert.group.MALFORMED, expert.severity.WARN),
  unknown = ProtoExpert.new("websentry.unknown_type", "Value of unknown type", expert.group.UNDECODED, expert.severity.NOTE),
  short = ProtoExpert.new("websentry.short", "The last item is cut off", expert.group.MALFORMED, expert.severity.WARN),
}
websentry.experts = { experts.checksum, experts.garbage, experts.unknown, experts.short }

local exchanges = new_exchanges()
function websentry.init()
  exchanges = new_exchanges()
end

local head_bytes, payload_limit = facts.headBytes, facts.payloadLimitBytes

-- Length of the frame that begins at `at`, counted from 1, with its whole header; nil: none begins there.
local function length_at(raw, at)
  if raw:sub(at, at + 2) ~= "\112\131\158" then
    return nil
  end
  local payload = 256 * raw:byte(at + 5) + raw:byte(at + 6)
  return payload > 0 and payload <= payload_limit and head_bytes + payload or nil
end

-- True for a frame, or for as much of one as is there. A wrong checksum inside a run of frames is shown as such.
local function begins_frame(raw, at)
  if at + head_bytes - 1 > #raw then
    return raw:sub(at) == ("\112\131\158"):sub(1, #raw - at + 1) or raw:sub(at, at + 2) == "\112\131\158"
  end
  return length_at(raw, at) ~= nil
end

local function checksum_of(raw, at, length)
  return crc16(raw, at + head_bytes, at + length - 1)
end

-- Length of what stands at `offset`: a frame, or what is none up to the next; 0: more must come.
local function unit_length(tvb, _, offset)
  local raw = tvb:raw(0, tvb:len())
  local at = offset + 1
  if begins_frame(raw, at) then
    return at + head_bytes - 1 <= #raw and length_at(raw, at) or 0
  end
  repeat
    at = at + 1
  until at > #raw or begins_frame(raw, at)
  return at - offset - 1
end

local function dotted(range)
  return string.format("%d.%d.%d.%d", range:raw():byte(1, 4))
end

-- By value type: length, what stands there, and its reader.
local values = {
  [0x00] = { 0 },
  [0x0f] = { 0 },
  [0x01] = { 1, "status" },
  [0x02] = { 1, "number", function(range) return range:uint() end },
  [0x03] = { 2, "number", function(range) return range:uint() end },
  [0x04] = { 2, "text", function(range) return string.format("%04x", range:uint()) end },
  [0x05] = { 4, "text", dotted },
  [0x06] = { 2, "number", function(range) return range:int() / 10 end },
  -- Its first byte tells the length.
  [0x07] = { nil, "text", function(range) return (range:raw():sub(2):gsub("[^ -~]", "?")) end },
  [0x08] = { 7, "ranged" },
  [0x09] = { 2, "kind" },
  [0x0a] = { 4, "text", function(range)
    local year, month, day = range:raw():byte(1, 3)
    return string.format("%d-%02d-%02d", 1900 + year, month, day)
  end },
  [0x0b] = { 4, "text", function(range)
    local hour, minute, quarters = range:raw():byte(1, 3)
    return string.format("%02d:%02d:%02d", hour, minute, math.floor(quarters / 4))
  end },
  [0x0c] = { 4, "text", dotted },
  [0x0d] = { 6, "text", function(range)
    return string.format("%02x:%02x:%02x:%02x:%02x:%02x", range:raw():byte(1, 6))
  end },
  [0x12] = { 4, "number", function(range) return range:uint() end },
}

-- Each of these adds a value and returns it in words.
local function add_text(tree, range, key, text)
  local field = classes[key] == "string" and fields[key] or fields["item.text"]
  tree:add(field, range, text)
  return text
end

-- Numbers are written as type 03 whatever type they are read with.
local function add_number(tree, range, key, value)
  local class = classes[key]
  if class == "double" then
    tree:add(fields[key], range, value):append_text(more[key] and " " .. more[key] or "")
  elseif class == "uint" and value >= 0 and value % 1 == 0 then
    tree:add(fields[key], range, value)
  elseif class == "int" and value % 1 == 0 then
    value = value > 0x7fff and value < 0x10000 and value - 0x10000 or value
    tree:add(fields[key], range, value)
  elseif class == "string" then
    tree:add(fields[key], range, tostring(value))
  else
    tree:add(fields["item.number"], range, value)
  end
  return words_of(value, more[key])
end

local function add_ranged(tree, range, key)
  local value, least = range(0, 2):int(), range(2, 2):int()
  local words = add_number(tree, range(0, 2), key, value)
  tree:add(fields["item.min"], range(2, 2), least)
  tree:add(fields["item.max"], range(4, 2), range(4, 2):int())
  tree:add(fields["item.step"], range(6, 1))
  return value == 0 and least > 0 and "not in use" or words
end

-- The kind tells the labels, should they differ from those of the property.
local function add_kind(tree, range, key)
  local kind, value = range(0, 1):uint(), range(1, 1):uint()
  local known = facts.kinds[kind]
  tree:add(fields["item.kind"], range(0, 1), kind):append_text(known and " (" .. known.name .. ")" or "")
  local words = add_number(tree, range(1, 1), key, value)
  return known and known.labels[value] or words
end

local function add_status(tree, range)
  tree:add(fields["item.status"], range)
  return words_of(range:uint(), more["item.status"])
end

local adders = { text = add_text, number = add_number, ranged = add_ranged, kind = add_kind, status = add_status }

-- Adds the value of an item at `at`; returns where the next begins, or nil, and the value in words.
local function add_value(tree, tvb, at, stop, kind, key)
  local length, adder, read = values[kind][1], adders[values[kind][2]], values[kind][3]
  if kind == 0x07 then
    length = at < stop and 1 + tvb(at, 1):uint() or 1
  end
  if at + length > stop then
    return nil
  elseif length == 0 then
    return at
  end
  local range = tvb(at, length)
  return at + length, adder(tree, range, key, read and read(range))
end

-- Adds the item at `at`; returns where the next begins, or nil.
local function add_item(tree, tvb, at, stop)
  if stop - at < 3 then
    tree:add(tvb(at, stop - at), "Rest"):add_proto_expert_info(experts.short)
    return nil
  end
  local id, kind = tvb(at, 2):uint(), tvb(at + 2, 1):uint()
  local key = facts.keys[id] or string.format("prop_0x%04x", id)
  local subtree = tree:add(tvb(at, 3), facts.names[id] or key)
  subtree:add(fields["item.property"], tvb(at, 2), id)
  subtree:add(fields["item.type"], tvb(at + 2, 1), kind)
  if not values[kind] then
    subtree:add_proto_expert_info(experts.unknown)
    return nil
  end
  local next_at, words = add_value(subtree, tvb, at + 3, stop, kind, key)
  if not next_at then
    subtree:add_proto_expert_info(experts.short)
    return nil
  end
  subtree:append_text(words and ": " .. words or "")
  subtree:set_len(next_at - at)
  return next_at, (facts.names[id] or key) .. (words and " " .. words or "")
end

-- Returns how many items there are, and the first in words.
local function add_items(tree, tvb, stop)
  local at, count, first, words = head_bytes + 1, 0, nil, nil
  while at and at < stop do
    at, words = add_item(tree, tvb, at, stop)
    count = count + 1
    first = first or words
  end
  return count, first
end

-- Who speaks shows in the type of the first item: a query asks with 0f, an ack has no value.
local function message_of(code, first)
  if code == 0x00 then
    return "Init"
  elseif code == 0x02 then
    return (first == 0x0f or first == nil) and "query" or "reply"
  elseif code == 0x03 then
    return (first == 0x00 or first == 0x01) and "ack" or "Set"
  end
end

local asks = { query = "query", Set = "set" }
local answers = { reply = "query", ack = "set" }

local function add_exchange(tree, tvb, pinfo, message)
  if asks[message] then
    add_link(tree, tvb, fields.answered_in, note_request(exchanges, pinfo, asks[message]))
  elseif answers[message] then
    local request = note_answer(exchanges, pinfo, answers[message], false)
    add_link(tree, tvb, fields.answer_to, request and request.number)
  end
end

local function dissect_garbage(tvb, pinfo, tree)
  local text = string.format("%d bytes that are no frame", tvb:len())
  tree:add(websentry, tvb(), "WebSentry, " .. text):add_proto_expert_info(experts.garbage)
  tell(pinfo, "WebSentry", text)
  return tvb:len()
end

local function dissect_unit(tvb, pinfo, root)
  local raw = tvb:raw(0, tvb:len())
  local length = #raw > head_bytes and length_at(raw, 1)
  if length ~= #raw then
    return dissect_garbage(tvb, pinfo, root)
  end
  local tree = root:add(websentry, tvb())
  tree:add(fields.start, tvb(0, 3))
  local sum = tree:add(fields.checksum, tvb(3, 2))
  local expected = checksum_of(raw, 1, length)
  if tvb(3, 2):uint() == expected then
    sum:append_text(" (right)")
  else
    sum:add_proto_expert_info(experts.checksum, string.format("Wrong checksum: expected 0x%04x", expected))
  end
  tree:add(fields.payload_length, tvb(5, 2))
  local code = raw:byte(head_bytes + 1)
  local message = message_of(code, raw:byte(head_bytes + 4))
  local words = message or string.format("function 0x%02x", code)
  tree:add(fields["function"], tvb(head_bytes, 1)):append_text(message and " (" .. message .. ")" or "")
  if message then
    local count, first = add_items(tree, tvb, length)
    if count == 1 and first then
      words = words .. ", " .. first
    else
      words = string.format(count == 1 and "%s, %d item" or "%s, %d items", words, count)
    end
    add_exchange(tree, tvb, pinfo, message)
  elseif length > head_bytes + 1 then
    tree:add(fields.content, tvb(head_bytes + 1, length - head_bytes - 1))
  end
  tree:append_text(", " .. words)
  tell(pinfo, "WebSentry", words)
  return length
end

-- True where the bytes begin with a frame, or a whole right one stands further on.
local function holds_frame(raw)
  if begins_frame(raw, 1) then
    return true
  end
  for at = 2, #raw - head_bytes do
    local length = length_at(raw, at)
    if length and at + length - 1 <= #raw and checksum_of(raw, at, length) == 256 * raw:byte(at + 3) + raw:byte(at + 4) then
      return true
    end
  end
  return false
end

function websentry.dissector(tvb, pinfo, tree)
  if tvb:len() == 0 or not holds_frame(tvb:raw(0, tvb:len())) then
    return 0
  end
  dissect_tcp_pdus(tvb, tree, 1, unit_length, dissect_unit)
  return tvb:len()
end

local function guess(tvb, pinfo, tree)
  local raw = tvb:raw(0, tvb:len())
  if #raw < head_bytes or not length_at(raw, 1) then
    return false
  end
  pinfo.conversation = websentry
  websentry.dissector(tvb, pinfo, tree)
  return true
end

websentry:register_heuristic("tcp", guess)
DissectorTable.get("tcp.port"):set(facts.port, websentry)
