/**
 * The shapes of the API. Written by hand after the design; `npm run gen:api` writes schema.d.ts from
 * the server's document, after which each name here becomes an alias of its component there.
 */

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Named {
  id: string;
  name: string;
}

export interface Prize {
  kind: "cash" | "none";
  tier: string | null;
  amount_fen: number;
}

export interface Verdict {
  code: string;
  state: "first" | "again" | "inactive" | "void" | "frozen" | "unknown";
  level: string;
  times: number;
  first_at: string | null;
}

export interface ClaimAnswer {
  code: string;
  prize: Prize;
  repeated: boolean;
  claimed_at: string;
  wallet_fen: number | null;
  shop: { name: string } | null;
}

export interface OpeningAnswer {
  code: string;
  product: { name: string; spec: string };
  units: number;
  terminal: Named;
  dealer: { name: string };
  opened_at: string;
  repeated: boolean;
  foreign: boolean;
  reason: string | null;
}

export interface Wallet {
  balance_fen: number;
  in_transit_fen: number;
  minimum_fen: number;
  maximum_fen: number;
}

export interface WalletEntry {
  at: string;
  amount_fen: number;
  kind: string;
  reason: string;
}

export interface TransferPackage {
  mch_id: string;
  app_id: string;
  package: string;
}

export type PayoutState = "requested" | "transferring" | "waiting" | "paid" | "returned";

export interface Payout {
  id: string;
  amount_fen: number;
  state: PayoutState;
  package: TransferPackage | null;
  reason: string | null;
  created_at: string;
  expires_at: string | null;
}

export interface Claim {
  id: string;
  code: string;
  tier: string | null;
  amount_fen: number;
  claimed_at: string;
}

export interface Signature {
  app_id: string;
  timestamp: number | string;
  nonce: string;
  signature: string;
}

export interface Terminal extends Named {
  dealer: { name: string } | null;
  address: string | null;
}

export interface Earning {
  at: string;
  code: string;
  amount_fen: number;
  state: "paid" | "held" | "refused";
  reason: string;
}

export interface Earnings extends Page<Earning> {
  day: string;
  total_fen: number;
  held_fen: number;
  count: number;
}

export interface ExplainedStep {
  at: string | null;
  text: string;
  rule: string | null;
  amount_fen: number | null;
  outcome: "info" | "paid" | "held" | "refused";
}

export interface Explanation {
  code: string;
  level: string;
  product: string;
  state: string;
  path: { level: string; code_no: string; holder: string | null }[];
  steps: ExplainedStep[];
}

export interface Me {
  staff: { email: string; name: string };
  brand: { name: string };
}

export interface Overview {
  codes: { minted: number; activated: number };
  claims: number;
  paid_fen: number;
  sales_today: number;
}

export interface Sku {
  id: string;
  gtin: string;
  name: string;
  spec: string;
}

export interface Product extends Named {
  name_en: string;
  brand_line: string;
  skus: Sku[];
}

/** Code numbers have 40 bits and are JSON numbers; ranges leave out their upper end. */
export interface Batch {
  id: string;
  number: string;
  sku_id: string;
  pack_id: string | null;
  level: string;
  face: "pair" | "outer";
  count: number;
  activated: number;
  lo: number;
  hi: number;
  state: "minted" | "exported" | "partly_active" | "active";
  made_on: string | null;
  expires_on: string | null;
}

export interface CommissionRule extends Named {
  version: number;
  terminal_fen: number;
  dealer_fen: number;
}

export interface CampaignTier {
  name: string;
  amount_fen: number;
  count: number;
  commission_rule_id: string | null;
}

export interface NewCampaign {
  name: string;
  batch_id: string;
  starts_at: string;
  ends_at: string;
  per_person_limit: number | null;
  per_person_day_limit: number | null;
  tiers: CampaignTier[];
}

export interface Campaign extends NewCampaign {
  id: string;
  codes: number;
  state: string;
  commitment: string;
}

export interface AuditEntry {
  id: string;
  at: string;
  actor_id: string | null;
  action: string;
  subject: string;
  after: unknown;
}

export interface StuckJob {
  id: string;
  kind: string;
  cause: string;
  attempts: number;
  error: string | null;
  run_at: string;
}

export interface Block {
  id: string;
  kind: string;
  lo: number;
  hi: number;
  reason: string;
  created_at: string;
  lifted_at: string | null;
}

export interface Dealer extends Named {
  house: boolean;
  counties: string[];
}

/** A level of packing; `ratio` of the level below go into one of it. */
export interface SpecLevel {
  name: string;
  title: string;
  ratio: number;
  pair: boolean;
  security_code: boolean;
  packed_before: boolean;
}

export interface SpecForm {
  host: string | null;
  text_form: "short" | "digital_link";
  letter_case: "upper" | "lower";
}

export interface NewSpec extends SpecForm {
  name: string;
  levels: SpecLevel[];
  file_format: "csv" | "txt";
  encryption: "age" | "zip";
  canaries: number;
  download_hours: number | null;
  activate_hours: number | null;
}

export interface Spec extends NewSpec {
  id: string;
  retired_at: string | null;
}

export interface Sample {
  text: string;
  version: number;
  modules: number;
}

export interface Pack {
  id: string;
  spec_id: string;
  spec_name: string;
  sku_id: string;
  number: string;
  count: number;
  note: string;
  state: "requested" | "refused" | "approved" | "minted" | "cancelled";
  requested_by_name: string;
  requested_at: string;
  reviewed_by_name: string | null;
  reviewed_at: string | null;
  review_words: string | null;
}

export interface Delivery {
  id: string;
  batch_id: string;
  encryption: "age" | "zip";
  recipient: string | null;
  state: "making" | "ready" | "used_up" | "expired" | "revoked";
  lines: number;
  lines_done: number;
  downloads: number;
  most_downloads: number;
  created_at: string;
  expires_at: string;
  revealed_at: string | null;
  downloaded: { number: number; address: string; user_agent: string; downloaded_at: string }[];
}

export interface PackBatch {
  id: string;
  number: string;
  level: string;
  title: string;
  lo: number;
  hi: number;
  canaries: number;
  encryption: "age" | "zip";
  activated: number;
  deliveries: Delivery[];
}

export interface WholePack extends Pack {
  batches: PackBatch[];
}

export interface Alarm {
  id: string;
  kind: string;
  subject: string;
  details: Record<string, unknown>;
  raised_at: string;
}
