// What a page finds in WeChat's browser: the bridge and, already loaded, the JS-SDK. The local gateway adds this file to
// the application's page on a played phone. The sheet is WeChat's own, out of the page's reach.

(() => {
  const CALL = "requestMerchantTransfer";
  const simulator = new URL(document.currentScript.src).origin;
  const person = () => /(?:^|;\s*)sim_person=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const yuan = (fen) => (fen / 100).toFixed(2);

  // A body that is plain text needs no question before it from one origin to another.
  async function ask(what, body) {
    const options = body ? { method: "POST", body: JSON.stringify(body) } : {};
    try {
      return await (await fetch(`${simulator}/sim/people/${person()}/receipt${what}`, options)).json();
    } catch {
      return { err_msg: `${CALL}:fail` };
    }
  }

  const STYLE = `
    .cover { position: fixed; inset: 0; z-index: 99999; display: flex; flex-direction: column; justify-content: flex-end;
      background: #00000080; font: 16px/1.5 -apple-system, "PingFang SC", "Noto Sans CJK SC", sans-serif; color: #191919; }
    .sheet { position: relative; padding: 12px 24px calc(24px + env(safe-area-inset-bottom)); border-radius: 14px 14px 0 0; background: #fff; text-align: center; }
    .sheet.RED_PACKET { background: #d24a35; color: #fbe2b6; }
    h2 { margin: 20px 0 4px; font-size: 16px; font-weight: 500; }
    p { margin: 0 0 24px; font-size: 14px; opacity: .75; }
    .amount { margin: 12px 0; font-size: 44px; font-weight: 600; line-height: 1.2; }
    button { display: block; min-width: 184px; min-height: 48px; margin: 0 auto; border: 0; border-radius: 8px; font: inherit; font-weight: 500;
      color: #fff; background: #07c160; cursor: pointer; }
    .RED_PACKET button { color: #3b3b3b; background: #fbe2b6; }
    .sheet .close { min-width: 0; min-height: 40px; position: absolute; top: 12px; left: 12px; padding: 0 8px; color: inherit; background: none; font-size: 22px; font-weight: 400; }`;

  function element(tag, className, text, ...children) {
    const node = Object.assign(document.createElement(tag), { className, textContent: text });
    node.append(...children);
    return node;
  }

  // Above the page until it is answered. The page cannot see into it; tests find its host by the id.
  function overlay(draw) {
    return new Promise((answered) => {
      const host = Object.assign(document.createElement("div"), { id: "wechat-sheet" });
      const root = host.attachShadow({ mode: "open" });
      const style = new CSSStyleSheet();
      style.replaceSync(STYLE);
      root.adoptedStyleSheets = [style];
      const leave = (answer) => { host.remove(); answered(answer); };
      root.append(element("div", "cover", "", draw(leave)));
      document.body.append(host);
    });
  }

  function button(className, text, action) {
    return Object.assign(element("button", className, text), { type: "button", onclick: action });
  }

  const askPerson = ({ amount_fen: fen, remark, perception, style }) => overlay((leave) => {
    const close = Object.assign(button("close", "×", () => leave("cancel")), { ariaLabel: "关闭" });
    return element("div", `sheet ${style}`, "", close, element("h2", "", perception), element("div", "amount", `￥${yuan(fen)}`),
      element("p", "", remark), button("take", "收款", () => leave("confirm")));
  });

  const showTaken = ({ amount_fen: fen, style }) => overlay((leave) => element("div", `sheet ${style}`, "",
    element("h2", "", "已收款"), element("div", "amount", `￥${yuan(fen)}`), element("p", "", "已存入零钱（模拟）"),
    button("done", "完成", () => leave())));

  async function receive(options) {
    const shown = await ask("", options);
    if (shown.err_msg) return shown;
    const choice = await askPerson(shown);
    const said = await ask(`/${choice}`, { package: options.package });
    if (choice === "confirm" && said.err_msg.endsWith(":ok")) await showTaken(shown);
    return said;
  }

  const bridge = {
    invoke(name, options, callback = () => {}) {
      if (name === CALL) receive(options).then(callback);
      else setTimeout(() => callback({ err_msg: "system:function_not_exist" }));
    },
    on() {},
    call() {},
  };

  async function checkJsApi({ jsApiList, success = () => {} }) {
    const { supported } = await ask("");
    const checkResult = Object.fromEntries(jsApiList.map((name) => [name, name !== CALL || supported === true]));
    success({ errMsg: "checkJsApi:ok", checkResult });
  }

  const nothing = () => {};
  const sdk = {
    config: nothing, error: nothing, updateAppMessageShareData: nothing, updateTimelineShareData: nothing,
    checkJsApi, ready: (callback) => setTimeout(callback),
  };
  window.WeixinJSBridge ??= bridge;
  window.wx ??= sdk;
})();
