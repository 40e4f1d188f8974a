/** 注销账户。 */
const zh = {
  title: "注销账户",
  what: "注销会发生什么",
  steps: { sell: "全部份额按普通赎回卖出，款项转入默认银行卡", income: "之后公布的收益会自动补付到银行卡", end: "全部结清后账户关闭，不能再登录；记录按法规保存" },
  list: "清零清单",
  units: "份额",
  accrued: "待结转收益",
  cash: "现金余额",
  held: "出款中",
  unconfirmed: "确认中",
  orders: "在途订单",
  open: (count: number) => `有 ${count} 笔订单在途，结束或撤单后才能注销：`,
  statements: "先下载月结单",
  close: "注销账户",
  ask: "确定注销？",
  askText: "将卖出全部份额并转出全部资金。结清之前可以改变主意。",
  closing: "正在注销",
  closingText: "份额已按普通赎回卖出，收益和余款到账后账户自动关闭，无需操作。",
  keep: "不注销了，保留账户",
  kept: "账户已保留",
};
export default zh;
