/** Home and welcome. */
const zh = {
  title: "首页",
  welcome: "欢迎使用活期",
  promise: "闲钱每天有收益，每一分钱的由来都能核对。",
  register: "开户",
  signIn: "登录",
  total: "总资产",
  yesterday: "最近一日收益",
  income: "收益",
  none: "还没有持有。1 元起购，随时可取。",
  buy: "买入 1 元试试",
  hide: "隐藏金额",
};
export default zh;
