/** The developer's start page. */
const zh = {
  title: "开发者",
  lead: "一整家金融公司在这台机器上运行：客户、账本、银行、基金管理人都是模拟的，代码与正式环境相同。",
  runs: "正在运行",
  platformTime: "平台时间",
  customerApp: "客户应用",
  console: "管理台",
  reference: "接口文档",
  contract: "OpenAPI 3.1",
  parties: "外部各方",
  partiesAre: "12 家银行、基金管理人、身份核验机构，均为模拟",
  calls: "五分钟：六段可直接运行的命令",
  callsWhy: "在项目目录的终端里依次执行。密钥只显示一次，系统只保存它的摘要。",
  steps: {
    key: "生成一个开发者密钥", persona: "以“储蓄者”登录", buy: "买入 100 元", tomorrow: "到明天",
    holdings: "看收益", wrong: "故意写错：金额写成小数，看看如何被拒绝",
  },
  next: "接下来",
  toPersonas: "体验角色", toPersonasWhy: "十位模拟人物，一点即登录客户应用",
  toFaults: "故障注入", toFaultsWhy: "让银行失联、让管理人迟到，看系统如何应对",
  toMagic: "魔法值", toMagicWhy: "触发特定结果的卡号、证件号与金额",
  toEvents: "事件日志", toEventsWhy: "按提交顺序、无缺号；可重发、可从任一序号重放",
  toWebhooks: "Webhook", toWebhooksWhy: "添加接收方、试发、看最近一百次投递与验签结果",
};
export default zh;
