/** The shapes of prizes that are not money, and of their redemption. */

import type { GrantKind } from "./types";

export interface Goods {
  name: string;
  spec: string;
}

export interface HandedOver {
  shop: string;
  at: string;
  price_fen: number;
}

export interface Grant {
  id: string;
  kind: GrantKind;
  tier: string;
  goods: Goods | null;
  price_fen: number;
  points: number;
  state: "won" | "ordered" | "received" | "expired";
  state_text: string;
  won_at: string;
  expires_at: string;
  expires_soon: boolean;
  redemption: HandedOver | null;
  delivery: { state: string; place: string; carrier: string | null; tracking: string | null } | null;
}

export interface Points {
  balance: number;
  ending: { at: string; points: number } | null;
}

/** What the phone shows now; nothing once the prize is handed over, has ended, or was shown too long. */
export interface Face {
  state: Grant["state"];
  digits: string | null;
  qr: string | null;
  seconds: number;
  redemption: HandedOver | null;
}

export interface NearShop {
  id: string;
  name: string;
  address: string;
  metres: number | null;
  lately: number;
  map: string | null;
}

export interface LookedAt {
  ticket: string;
  kind: GrantKind;
  tier: string;
  goods: Goods;
  price_fen: number;
  goods_fen: number;
  service_fen: number;
  restock: boolean;
  expires_at: string;
}

export interface Redemption {
  id: string;
  terminal: string | null;
  tier: string;
  goods: Goods;
  price_fen: number;
  goods_fen: number;
  service_fen: number;
  restock: boolean;
  way: "live" | "offline";
  at: string;
  repeated: boolean;
}

export interface OfflineLine {
  code: string;
  redemption: Redemption | null;
  error: { code: string; message: string; details: { shop?: string | null; at?: string } } | null;
}

/** A shop's business day of redemptions; `owed` once goods are to be brought for it. */
export interface ShopDay {
  id: string;
  terminal: string | null;
  day: string;
  times: number;
  restock_units: number;
  restock_fen: number;
  collected_fen: number;
  state: "open" | "owed" | "settled";
}

/** At the console. */
export interface StaffGrant extends Grant {
  code: string | null;
  value_fen: number;
}

export interface DeliveryRow {
  grant_id: string;
  tier: string;
  goods: Goods | null;
  state: string;
  place: string;
  carrier: string | null;
  tracking: string | null;
  ordered_at: string;
}

export interface RefusalRow {
  id: string;
  tier: string;
  shop: string | null;
  reason: string;
  words: string;
  place: string | null;
  at: string;
}

export interface ConflictRow {
  id: string;
  grant_id: string;
  shop: string | null;
  winner: string | null;
  shown_at: string;
  uploaded_at: string;
}
