/**
 * The red packet as a pure machine: the page reports what happened and draws the state it gets back.
 * The server decides the prize; the machine only decides what may be shown.
 */
import type { Prize } from "../api/types";

/** Opening is shown at least this long, so that the coin turns; past MAX_MS the request is given up. */
export const MIN_MS = 900;
export const MAX_MS = 8000;

export type Packet =
  | { state: "sealed" }
  | { state: "opening" }
  | { state: "won"; prize: Prize }
  | { state: "nothing" }
  | { state: "refused"; code: string; message: string }
  | { state: "failed" };

export type PacketEvent =
  | { type: "tap" }
  | { type: "answered"; prize: Prize }
  | { type: "refused"; code: string; message: string }
  | { type: "lost" };

export const SEALED: Packet = { state: "sealed" };

function answer(prize: Prize): Packet {
  return prize.kind === "none" ? { state: "nothing" } : { state: "won", prize };
}

export function advance(packet: Packet, event: PacketEvent): Packet {
  if (event.type === "tap")
    return packet.state === "sealed" || packet.state === "failed" ? { state: "opening" } : packet;
  if (packet.state !== "opening") return packet;
  if (event.type === "answered") return answer(event.prize);
  if (event.type === "lost") return { state: "failed" };
  return { state: "refused", code: event.code, message: event.message };
}
