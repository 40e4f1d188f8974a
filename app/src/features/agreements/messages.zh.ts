/** 我同意过的协议。 */
const zh = {
  title: "已同意的协议",
  about: "以下是您同意过的版本。点开可再次阅读全文；校验值可证明文字未被改动。",
  empty: "您还没有同意过任何协议。首次买入时会请您阅读并同意。",
  funds: "看看基金",
  version: (version: string) => `第 ${version} 版`,
  fund: (fund: string) => ` · 基金 ${fund}`,
  platform: " · 平台",
  on: (at: string) => ` · ${at} 同意`,
  replaced: "已有新版本，下次买入时请阅读新版本",
  simulated: "模拟客户：入住沙盒时视为已同意",
  hash: "全文校验值 SHA-256",
};
export default zh;
