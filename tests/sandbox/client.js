/* The WeChat client as a page sees it, played by the sandbox. No dependencies, no style sheet. */
(() => {
  'use strict'
  const base = new URL(document.currentScript.src).origin
  const ask = async (path, query) =>
    (await fetch(`${base}/_client/${path}?${new URLSearchParams(query)}`)).json()
  const send = async (path, body) =>
    (await fetch(`${base}/_client/${path}`, { method: 'POST', body: JSON.stringify(body) })).json()

  const make = (tag, css, text = '', more = {}) => {
    const element = Object.assign(document.createElement(tag), { textContent: text, ...more })
    element.style.cssText = css
    return element
  }
  const BUTTON = 'flex:1;min-height:48px;border:0;border-radius:8px;font:inherit;font-size:17px;cursor:pointer;'
  const GREEN = BUTTON + 'background:#07713e;color:#fff;'
  const GREY = BUTTON + 'background:#e6e6e6;color:#191919;'

  /* A sheet at the lower edge. `build` fills it and calls done(answer); Escape answers null. */
  const openSheet = (label, build) =>
    new Promise((resolve) => {
      const sheet = make('dialog', `position:fixed;inset:auto 0 0 0;margin:0 auto;width:100%;max-width:420px;
        box-sizing:border-box;border:0;border-radius:16px 16px 0 0;padding:24px 20px 28px;background:#fff;color:#191919;
        font:16px/1.5 system-ui,'PingFang SC','Noto Sans CJK SC',sans-serif;text-align:center;
        box-shadow:0 -8px 40px rgba(0,0,0,.35)`)
      sheet.setAttribute('aria-label', label)
      sheet.dataset.wechat = 'sheet'
      const done = (answer) => { sheet.close(); sheet.remove(); resolve(answer) }
      sheet.addEventListener('cancel', (event) => { event.preventDefault(); done(null) })
      build(sheet, done)
      document.body.append(sheet)
      sheet.showModal()
    })
  const row = (...buttons) => {
    const line = make('div', 'display:flex;gap:12px;margin-top:20px')
    line.append(...buttons)
    return line
  }
  const button = (css, text, act) => make('button', css, text, { type: 'button', onclick: act })

  const confirmTransfer = async (params) => {
    const { mchId, appId } = params
    const bill = await ask('transfer', { mchId, appId, package: params.package })
    return openSheet('微信收款', (sheet, done) => {
      if (bill.error) {
        sheet.append(make('p', 'margin:0', bill.error), row(button(GREY, '知道了', () => done('fail'))))
        return
      }
      const problem = make('p', 'margin:8px 0 0;color:#b3261e', '')
      problem.setAttribute('role', 'alert')
      const accept = button(GREEN, '确认收款', async () => {
        accept.disabled = true
        const answer = await send('confirm', { mchId, appId, package: params.package }).catch(() => ({ error: '网络错误' }))
        if (answer.ok) return done('ok')
        problem.textContent = answer.error
        return null
      })
      sheet.append(
        make('p', 'margin:0;color:#5b5b5b', `${bill.merchant} · ${bill.reason}`),
        make('p', 'margin:8px 0;font-size:40px;font-weight:600', `¥${(bill.amount_fen / 100).toFixed(2)}`),
        make('p', 'margin:0;color:#5b5b5b;font-size:14px', `${bill.remark} · 收款人 ${bill.payee}`),
        problem,
        row(button(GREY, '取消', () => done('cancel')), accept),
      )
      accept.autofocus = true
    })
  }

  const bridge = {
    requestMerchantTransfer: async (params) => (await confirmTransfer(params)) || 'cancel',
    closeWindow: async () => { window.close(); return 'ok' },
  }
  window.WeixinJSBridge = {
    invoke(name, params, callback = () => {}) {
      const act = bridge[name]
      const answer = act ? act(params || {}).catch(() => 'fail') : Promise.resolve('function_not_exist')
      answer.then((outcome) => callback({ err_msg: `${act ? name : 'system'}:${outcome}` }))
    },
    call(name) { this.invoke(name) },
    on() {},
  }

  /* JS-SDK: config is checked by the sandbox against the ticket, as WeChat does. */
  let verdict = null
  let granted = []
  const waiting = []
  let onError = null
  const settle = (message) => {
    verdict = message
    if (message === 'config:ok') waiting.splice(0).forEach((act) => act())
    else if (onError) onError({ errMsg: message })
  }
  const finish = (options, name, outcome, answer = {}) => {
    const result = { ...answer, errMsg: `${name}:${outcome}` }
    const hear = { ok: options.success, cancel: options.cancel }[outcome] || (outcome === 'ok' ? null : options.fail)
    if (hear) hear(result)
    if (options.complete) options.complete(result)
  }

  const readImage = async (file) => {
    if (!('BarcodeDetector' in window)) return null
    const found = await new window.BarcodeDetector().detect(await createImageBitmap(file))
    return found.length ? found[0].rawValue : null
  }
  const scanSheet = () =>
    openSheet('扫一扫', (sheet, done) => {
      const field = make('input', `width:100%;box-sizing:border-box;min-height:48px;padding:8px 12px;font:inherit;
        border:1px solid #767676;border-radius:8px`, '', { placeholder: '输入码或链接', autocapitalize: 'off' })
      field.setAttribute('aria-label', '码或链接')
      const problem = make('p', 'margin:8px 0 0;color:#b3261e', '')
      problem.setAttribute('role', 'alert')
      const picture = make('input', 'margin-top:12px;width:100%', '', { type: 'file', accept: 'image/*' })
      picture.setAttribute('aria-label', '选择一张码的图片')
      picture.onchange = async () => {
        const text = await readImage(picture.files[0]).catch(() => null)
        if (text) done(text)
        else problem.textContent = '没有从图片里认出码，请直接输入'
      }
      const accept = () => field.value.trim() && done(field.value.trim())
      field.onkeydown = (event) => { if (event.key === 'Enter') accept() }
      sheet.append(
        make('p', 'margin:0 0 12px;font-weight:600', '扫一扫'), field, picture, problem,
        row(button(GREY, '取消', () => done(null)), button(GREEN, '完成', accept)),
      )
    })

  window.wx = {
    config(options) {
      granted = options.jsApiList || []
      const url = location.href.split('#')[0]
      const { appId, timestamp, nonceStr, signature } = options
      ask('config', { appId, timestamp, nonceStr, signature, url })
        .then((answer) => settle(answer.errMsg), () => settle('config:fail'))
    },
    ready(act) { if (verdict === 'config:ok') act(); else waiting.push(act) },
    error(act) { onError = act; if (verdict && verdict !== 'config:ok') act({ errMsg: verdict }) },
    checkJsApi(options) {
      const checkResult = Object.fromEntries((options.jsApiList || []).map((name) => [name, name in window.wx]))
      finish(options, 'checkJsApi', 'ok', { checkResult })
    },
    async scanQRCode(options = {}) {
      if (verdict !== 'config:ok' || !granted.includes('scanQRCode')) {
        finish(options, 'scanQRCode', 'the permission value is offline verifying')
        return
      }
      const text = await scanSheet()
      if (text === null) { finish(options, 'scanQRCode', 'cancel'); return }
      if (options.needResult) finish(options, 'scanQRCode', 'ok', { resultStr: text })
      else location.href = text
    },
    closeWindow() { window.close() },
  }
  window.jWeixin = window.wx
  document.dispatchEvent(new Event('WeixinJSBridgeReady'))
})()
