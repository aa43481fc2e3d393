import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { confirmTransfer, isWeChatClient, scanWithWeChat } from "../src/shared/bridge";

const TRANSFER = { mch_id: "1900000001", app_id: "wx1", package: "affffddafdfafddffda==" };

interface ScanRequest {
  success: (result: { resultStr: string }) => void;
  cancel: () => void;
  fail: (error: { errMsg: string }) => void;
}

/** A client whose scanner does what the test says; `refuses` fails the signature. */
function client(scan: (request: ScanRequest) => void, refuses = false): { config: Record<string, unknown>[] } {
  const config: Record<string, unknown>[] = [];
  window.wx = {
    config: (options) => config.push(options),
    ready: (done) => void (refuses || setTimeout(done)),
    error: (failed) => void (refuses && setTimeout(() => failed({ errMsg: "config:invalid signature" }))),
    scanQRCode: scan,
  };
  return { config };
}

beforeEach(() => {
  const signature = { app_id: "wx1", timestamp: 1, nonce: "n", signature: "s" };
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(signature)));
});

afterEach(() => {
  delete window.wx;
  delete window.WeixinJSBridge;
});

test("the WeChat client is known by its name", () => {
  expect(isWeChatClient("Mozilla/5.0 (iPhone) MicroMessenger/8.0.50")).toBe(true);
  expect(isWeChatClient("Mozilla/5.0 (X11) Chrome/156")).toBe(false);
});

test("a scan is signed first and answers what was read", async () => {
  const { config } = client((request) => request.success({ resultStr: "HTTPS://Q.CN/S/ABC" }));
  expect(await scanWithWeChat()).toBe("HTTPS://Q.CN/S/ABC");
  expect(config[0]).toMatchObject({ appId: "wx1", nonceStr: "n", signature: "s", jsApiList: ["scanQRCode"] });
});

test("a scan that was closed is nothing, one that failed is an error", async () => {
  client((request) => request.cancel());
  expect(await scanWithWeChat()).toBeNull();
  client((request) => request.fail({ errMsg: "scanQRCode:fail" }));
  await expect(scanWithWeChat()).rejects.toThrow("scanQRCode:fail");
});

test("a signature that WeChat refuses is an error", async () => {
  client((request) => request.cancel(), true);
  await expect(scanWithWeChat()).rejects.toThrow("invalid signature");
});

test.each([
  ["requestMerchantTransfer:ok", "confirmed"],
  ["requestMerchantTransfer:cancel", "cancelled"],
  ["requestMerchantTransfer:fail", "failed"],
])("the client's %s means %s", async (message, outcome) => {
  let given: Record<string, string> = {};
  window.WeixinJSBridge = {
    invoke: (name, input, answer) => {
      given = { name, ...input };
      answer({ err_msg: message });
    },
  };
  expect(await confirmTransfer(TRANSFER)).toBe(outcome);
  expect(given).toEqual({ name: "requestMerchantTransfer", mchId: "1900000001", appId: "wx1", package: TRANSFER.package });
});

test("a client that comes late is waited for", async () => {
  const asked = confirmTransfer(TRANSFER);
  window.WeixinJSBridge = { invoke: (_name, _input, answer) => answer({ err_msg: "requestMerchantTransfer:ok" }) };
  document.dispatchEvent(new Event("WeixinJSBridgeReady"));
  expect(await asked).toBe("confirmed");
});
