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
  kind: "cash" | "none" | GrantKind;
  tier: string | null;
  amount_fen: number;
}

export type GrantKind = "another" | "one_yuan" | "points" | "goods";

export interface Verdict {
  code: string;
  state: "first" | "again" | "suspect" | "exceeded" | "inactive" | "void" | "frozen" | "expired" | "unknown";
  level: string;
  /** There are digits under a film to be checked. */
  security_code: boolean;
  times: number;
  first_at: string | null;
  first_place: string | null;
  latest_at: string | null;
  latest_place: string | null;
  /** The brand's own words, where it chose any. */
  title: string | null;
  note: string | null;
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

export interface Report {
  id: string;
  title: string;
  media_type: string;
  size: number;
  attached_at: string;
}

export interface LifePack {
  code_no: string;
  code: string | null;
  level: string | null;
}

/** Everything that is stored about a code; `code` is null where a number must not lead to a prize. */
export interface Life {
  code: string | null;
  /** As GS1 and GB/T 33993 write it. */
  names: { digital_link: string; element_string: string; human_readable: string } | null;
  code_no: string;
  /** In a print file and on no goods. */
  canary: boolean;
  face: "outer" | "inner";
  state: string;
  level: string;
  product: string;
  gtin: string;
  batch: { id: string; number: string; made_on: string | null; expires_on: string | null };
  /** The order that the code was minted for. */
  pack: { id: string; number: string } | null;
  packs: LifePack[];
  contents: number;
  children: LifePack[];
  queries: { face: "outer" | "inner"; times: number; first_at: string }[];
  reports: Report[];
  steps: { at: string; text: string }[];
}

export interface Me {
  staff: { email: string; name: string };
  brand: { name: string };
  roles: { role: string }[];
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

export interface Association extends Named {
  dry_run: boolean;
  factory: string | null;
  line: string | null;
  state: "waiting" | "done" | "refused";
  lines: number;
  checked: number;
  units: number;
  wrong: number;
  created_at: string;
}

export interface AssociationError {
  line: number;
  text: string;
  message: string;
  message_en: string;
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
  conditions: CampaignTerms | null;
  budgets: NewBudget[];
  rules_text: string | null;
  chances: number;
  confirmed?: string[];
  confirmed_name?: string;
}

/** Who, where and when; an empty list asks nothing. */
export interface CampaignTerms {
  dealers: string[];
  counties: string[];
  terminals: string[];
  weekdays: number[];
  from_hour: number | null;
  to_hour: number | null;
  persons: "any" | "new" | "returning";
  per_device_limit: number | null;
}

export interface NewBudget {
  scope: "all" | "county" | "dealer";
  key: string;
  total_fen: number | null;
  daily_fen: number | null;
}

export interface Budget extends NewBudget {
  id: string;
  name: string | null;
  low_percent: number;
  is_alarmed: boolean;
  spent_fen: number;
  allowed_fen: number;
}

export interface Interval {
  low: number;
  middle: number;
  high: number;
}

export interface Forecast {
  runs: number;
  scans: Interval;
  winners: Interval;
  cost_fen: Interval;
  exhausted_on: string[];
  by_tier: (Interval & { name: string })[];
  by_answer: (Interval & { answer: string })[];
  by_day: (Interval & { day: string })[];
}

export interface CampaignMonitor {
  at: string;
  state: string;
  spent_fen: number;
  claims: number;
  winners: number;
  tiers: { name: string; amount_fen: number; count: number; claimed: number }[];
  minutes: number[];
}

export interface ClaimPreview {
  code: string;
  at: string;
  answer: "pays" | "may_defer" | "refused" | "repeats";
  refusal: string | null;
  message: string;
  campaign: string | null;
  rule: string | null;
  shop: string | null;
  dealer: string | null;
  sale: string | null;
  shares: { role: string; outcome: string; reason: string }[];
  budgets: { scope: string; key: string; left_fen: number }[];
  dearest_fen: number;
}

export interface Campaign extends Omit<NewCampaign, "budgets"> {
  id: string;
  budgets: Budget[];
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
  state: "active" | "closed";
  counties: string[];
}

/** A batch whose labels carry WeChat's codes. */
export interface MarketCodes {
  id: string;
  batch_id: string;
  application_id: string | null;
  state: "requested" | "applied" | "finished" | "ready";
  errcode: number | null;
  requested_at: string;
  ready_at: string | null;
}

export interface LinkRules {
  app_id: string | null;
  rules: { prefix: string; page: string; folder: string }[];
}

export interface HostFile {
  id: string;
  name: string;
  content: string;
}

export type PlanKind = "activate" | "void" | "freeze" | "thaw";

/** A change of state of codes, done or due; `failure` names the refusal that it met. */
export interface Plan {
  id: string;
  kind: PlanKind;
  subject: string;
  ranges: number;
  count: number;
  lo: string;
  hi: string;
  campaign_id: string | null;
  reason: string | null;
  due_at: string;
  state: "requested" | "refused" | "planned" | "done" | "cancelled" | "failed";
  planned_by_name: string;
  planned_at: string;
  reviewed_by_name: string | null;
  reviewed_at: string | null;
  review_words: string | null;
  settled_at: string | null;
  failure: { code: string } | null;
}

export interface LineProblem {
  line: number;
  code: string;
  message: string;
  message_en: string;
  other_line: number | null;
}

export interface Leak {
  batch_id: string;
  number: string;
  level: string;
  exported: boolean;
  codes: number;
  scans: number;
  devices: number;
  places: string[];
  first_at: string;
  last_at: string;
  alarmed_at: string | null;
}

export interface MyReport {
  id: string;
  code: string;
  words: string;
  reported_at: string;
  state: "open" | "answered" | "closed";
  answer: string | null;
}

export interface FakeReport extends MyReport {
  place: string | null;
  has_photo: boolean;
}

export interface FakeReportDetail extends FakeReport {
  contact: string | null;
  others: number;
}

export interface Thresholds {
  warn_after: number;
  exceeded_after: number;
}

export interface Authenticity {
  inner: Thresholds;
  outer: Thresholds;
  claim_days: number;
  shows_place: boolean;
  leak_devices: number;
  words: Record<string, Record<string, string>>;
}

/** How people and shops come in. Phone numbers are masked wherever nothing else is said. */
export interface ShopPhoto {
  id: string;
  kind: "front" | "licence";
}

export interface Registration {
  id: string;
  state: "submitted" | "refused" | "approved";
  round: number;
  name: string;
  address: string;
  county: string;
  county_name: string | null;
  latitude: number | null;
  longitude: number | null;
  phone: string;
  phone_verified: boolean;
  dealer: Named;
  by_case: boolean;
  reason: string | null;
  photos?: ShopPhoto[];
  submitted_at: string;
  decided_at: string | null;
}

export interface Duplicate {
  kind: "terminal" | "registration";
  name: string | null;
  address: string | null;
  dealer: Named | null;
  state: string;
  reasons: string[];
}

/** `phone` is the whole number, for the approver to call. */
export interface ShownRegistration {
  registration: Registration;
  phone: string;
  photos: ShopPhoto[];
  duplicates: Duplicate[];
}

export interface Invited {
  role: string;
  dealer: Named;
  terminal: Named | null;
  registers: boolean;
  needs_phone: boolean;
  phone: string | null;
  registration: Registration | null;
}

export interface Invitation {
  id: string;
  role: string;
  dealer: Named;
  terminal: Named | null;
  phone: string | null;
  max_uses: number;
  uses: number;
  expires_at: string;
  revoked_at: string | null;
  url: string | null;
  qr?: string | null;
}

export interface Region {
  county: string | null;
  name: string | null;
  city: string | null;
}

export interface OwnDealer extends Named {
  role: "dealer" | "salesman";
}

export interface Shop extends Named {
  dealer: Named;
  address: string;
  county: string;
  phone: string | null;
  state: "active" | "closed";
}

export interface Holder {
  person_id: string;
  nickname: string;
  phone: string | null;
  role: string;
  since: string;
}

export interface ShownTerminal {
  terminal: Shop;
  people: Holder[];
  suppliers: { dealer: Named; since: string; until: string | null }[];
}

export interface ShownDealer {
  dealer: Dealer;
  people: Holder[];
  areas: { county: string; since: string; until: string | null }[];
}

export interface TerminalChange {
  id: string;
  terminal: Named;
  kind: "transfer" | "close" | "reopen";
  from_dealer: Named;
  to_dealer: Named | null;
  reason: string;
  state: string;
  note: string | null;
  effective_at: string;
}

export interface LineError {
  line: number;
  column: string;
  code: string;
  message: string;
}

export interface ImportReport {
  lines: number;
  repeated: boolean;
  dry_run: boolean;
  error_count: number;
  errors: LineError[];
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
