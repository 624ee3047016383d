// NOTIFY takes at most 7,999 bytes; the rest is slack.
const PAYLOAD_BYTES = 7_900;

/** Packs `channel,seq` pairs into as few notification payloads as fit; a channel too long for one is left out. */
export function packDoorbells(rung: Iterable<readonly [channel: string, seq: number]>): string[] {
  const payloads: string[] = [];
  let lines: string[] = [];
  let bytes = 0;
  for (const [channel, seq] of rung) {
    const line = `${channel},${seq}`;
    const size = Buffer.byteLength(line) + 1;
    if (size > PAYLOAD_BYTES) continue;
    if (bytes + size > PAYLOAD_BYTES) {
      payloads.push(lines.join('\n'));
      lines = [];
      bytes = 0;
    }
    lines.push(line);
    bytes += size;
  }
  if (lines.length > 0) payloads.push(lines.join('\n'));
  return payloads;
}

export function unpackDoorbells(payload: string): { channel: string; seq: number }[] {
  return payload.split('\n').flatMap((line) => {
    const comma = line.lastIndexOf(',');
    const seq = Number(line.slice(comma + 1));
    return comma > 0 && Number.isSafeInteger(seq) ? [{ channel: line.slice(0, comma), seq }] : [];
  });
}
