/**
 * The language, for peggy: packetdrill's, as far as a host without a shell and with one interface can follow it. What it refuses it
 * refuses by name, so that whoever brings a script of somebody else learns which line to change.
 */
export const GRAMMAR = String.raw`
{{
  const number = (text) => Number.parseInt(text, 10);
}}
{
  const placed = () => ({ line: location().start.line, column: location().start.column });
}

script = _ options:(option _)* events:(event _)* { return { options: options.map(([o]) => o), events: events.map(([e]) => e) }; }

option = "--" name:$[a-z_]+ value:("=" @$[^ \t\r\n]+)? { return { place: placed(), name, value: value ?? "" }; }

event
  = shell
  / code
  / when:when __ deed:deed { return { place: placed(), text: text().replace(/\s+/g, " "), when, deed }; }

shell = (when __)? "${'`'}" { error("shell commands are not run: a script here needs no machine but the core; leave the line out"); }
code = (when __)? "%{" { error("code between %{ and }% is not run: say what is to be seen on the wire or by a call"); }

when
  = "*" { return { from: undefined, until: undefined, ends: undefined }; }
  / from:moment "~" until:moment { return { from, until, ends: undefined }; }
  / from:moment "..." ends:moment { return { from, until: undefined, ends }; }
  / from:moment { return { from, until: undefined, ends: undefined }; }
moment = plus:"+"? seconds:seconds { return { seconds, isRelative: plus !== null }; }
seconds = digits:$([0-9]+ ("." !"." [0-9]*)? / "." !"." [0-9]+) { return Number(digits); }

deed
  = "<" __ "udp" { error("UDP is not in the core's scripts"); }
  / "<" __ message:icmp { return { kind: "icmp", message }; }
  / ">" __ "icmp" { error("the core sends no ICMP about TCP"); }
  / "<" __ segment:segment { return { kind: "in", segment }; }
  / ">" __ segment:segment { return { kind: "out", segment }; }
  / call

icmp = "icmp" __ "unreachable" __ code:$[a-z_]+ mtu:(__ "mtu" __ @integer)? __ "[" _ (flags __)? range:range (__ "ack" __ integer)? _ "]"
  { return { code, mtu: mtu ?? undefined, sequence: range.sequence, length: range.length }; }

segment
  = flags:flags __ range:range ack:(__ "ack" __ @integer)? window:(__ "win" __ @integer)? urgent:(__ "urg" __ @integer)? options:(__ @options)?
  { return { flags, ...range, ack: ack ?? undefined, window: window ?? undefined, urgent: urgent ?? undefined, options: options ?? [] }; }
flags = $[FSRPEWU.]+ / "-"
range = sequence:integer ":" end:integer "(" length:integer ")" {
  if (((end - sequence) >>> 0) !== length) error("from " + sequence + " to " + end + " there are " + ((end - sequence) >>> 0) + " bytes, not " + length);
  return { sequence, end, length };
}

options
  = "<" _ "..." _ ">" { return "any"; }
  / "<" _ first:tcpOption rest:(_ "," _ @tcpOption)* _ ">" { return [first, ...rest]; }
tcpOption
  = "mss" __ bytes:integer { return { kind: "mss", bytes }; }
  / "nop" { return { kind: "nop" }; }
  / "eol" { return { kind: "eol" }; }
  / "wscale" __ shift:integer { return { kind: "wscale", shift }; }
  / "sackOK" { return { kind: "sackOK" }; }
  / "sack" __ first:block rest:(__ @block)* { return { kind: "sack", blocks: [first, ...rest] }; }
  / "TS" __ "val" __ value:integer __ "ecr" __ echo:integer { return { kind: "TS", value, echo }; }
block = left:integer ":" right:integer { return { left, right }; }

call = name:$([a-z_] [a-z0-9_]*) _ "(" _ args:values? _ ")" _ "=" _ result:value errno:(__ @$("E" [A-Z0-9]+))? (__ "(" [^)]* ")")?
  { return { kind: "call", name, args: args ?? [], result, errno: errno ?? undefined }; }
values = first:value rest:(_ "," _ @value)* { return [first, ...rest]; }
value
  = "..." { return { kind: "any" }; }
  / "[" _ items:values? _ "]" { return { kind: "list", items: items ?? [] }; }
  / "{" _ first:field rest:(_ "," _ @field)* _ "}" { return { kind: "fields", fields: Object.fromEntries([first, ...rest]) }; }
  / digits:$("-"? "0x" [0-9a-fA-F]+) { return { kind: "number", value: Number(digits) }; }
  / digits:$("-"? [0-9]+) { return { kind: "number", value: number(digits) }; }
  / first:name rest:(_ "|" _ @name)* { return { kind: "names", names: [first, ...rest] }; }
  / "\"" chars:$[^"\n]* "\"" { return { kind: "names", names: [chars] }; }
field = name:name _ ("=" / ":") _ value:value { return [name, value]; }
name = $([A-Za-z_] [A-Za-z0-9_]*)

integer "a number" = digits:$[0-9]+ { return Number(digits); }
__ "a space" = ([ \t\r\n] / comment)+
_ = ([ \t\r\n] / comment)*
comment = "//" [^\n]* / "#" [^\n]* / "/*" (!"*/" .)* "*/"
`;
