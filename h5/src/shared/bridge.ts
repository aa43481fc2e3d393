/**
 * The only place that knows the WeChat client. `wx` is Tencent's JS-SDK, loaded when first needed;
 * `WeixinJSBridge` is what the client itself puts into the page.
 */

import { get } from "../api/client";
import type { Signature, TransferPackage } from "../api/types";
import { page } from "./page";

export type TransferOutcome = "confirmed" | "cancelled" | "failed";

interface ScanRequest {
  needResult: 1;
  scanType: string[];
  success: (result: { resultStr: string }) => void;
  cancel: () => void;
  fail: (error: { errMsg: string }) => void;
}

interface JsSdk {
  config(options: Record<string, unknown>): void;
  ready(done: () => void): void;
  error(failed: (error: { errMsg: string }) => void): void;
  scanQRCode(request: ScanRequest): void;
}

interface ClientBridge {
  invoke(name: string, input: Record<string, string>, answer: (result: { err_msg: string }) => void): void;
}

declare global {
  interface Window {
    wx?: JsSdk;
    WeixinJSBridge?: ClientBridge;
  }
}

const CLIENT_MS = 5000;
const APIS = ["scanQRCode"];

/** iOS signs the address the page was entered by, Android the present one; both without the fragment. */
const entryUrl = location.href.split("#")[0] ?? location.href;

export function isWeChatClient(agent: string = navigator.userAgent): boolean {
  return /MicroMessenger/i.test(agent);
}

function signedUrl(): string {
  const isApple = /iPhone|iPad|iPod/i.test(navigator.userAgent);
  return isApple ? entryUrl : (location.href.split("#")[0] ?? entryUrl);
}

let script: Promise<void> | null = null;

function loadScript(): Promise<void> {
  script ??= new Promise<void>((done, failed) => {
    const element = document.createElement("script");
    element.src = page.jssdk;
    element.onload = () => done();
    element.onerror = () => {
      script = null;
      failed(new Error("the JS-SDK did not load"));
    };
    document.head.append(element);
  });
  return script;
}

async function signedSdk(): Promise<JsSdk> {
  if (!window.wx) await loadScript();
  const sdk = window.wx;
  if (!sdk) throw new Error("the JS-SDK is missing");
  const signed = await get<Signature>("/api/consumer/js-sdk", { url: signedUrl() });
  return new Promise((done, failed) => {
    sdk.ready(() => done(sdk));
    sdk.error((error) => failed(new Error(error.errMsg)));
    sdk.config({
      debug: false,
      appId: signed.app_id,
      timestamp: signed.timestamp,
      nonceStr: signed.nonce,
      signature: signed.signature,
      jsApiList: APIS,
    });
  });
}

/** What WeChat's own scanner read, or null when the person closed it. */
export async function scanWithWeChat(): Promise<string | null> {
  const sdk = await signedSdk();
  return new Promise((done, failed) => {
    sdk.scanQRCode({
      needResult: 1,
      scanType: ["qrCode"],
      success: (result) => done(result.resultStr),
      cancel: () => done(null),
      fail: (error) => failed(new Error(error.errMsg)),
    });
  });
}

async function clientBridge(): Promise<ClientBridge> {
  if (window.WeixinJSBridge) return window.WeixinJSBridge;
  const ready = new Promise<void>((done, failed) => {
    document.addEventListener("WeixinJSBridgeReady", () => done(), { once: true });
    setTimeout(() => failed(new Error("the WeChat client did not answer")), CLIENT_MS);
  });
  if (page.jssdk) await loadScript();
  if (!window.WeixinJSBridge) await ready;
  if (!window.WeixinJSBridge) throw new Error("the WeChat client is missing");
  return window.WeixinJSBridge;
}

function outcomeOf(message: string): TransferOutcome {
  if (/:ok$/.test(message)) return "confirmed";
  return /:cancel$/.test(message) ? "cancelled" : "failed";
}

/** Shows WeChat's sheet 确认收款. Its answer is only a hint: the payout itself says whether money moved. */
export async function confirmTransfer(transfer: TransferPackage): Promise<TransferOutcome> {
  const client = await clientBridge();
  return new Promise((done) => {
    const input = { mchId: transfer.mch_id, appId: transfer.app_id, package: transfer.package };
    client.invoke("requestMerchantTransfer", input, (result) => done(outcomeOf(result.err_msg)));
  });
}
