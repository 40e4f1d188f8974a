/** The event log. */
const zh = {
  title: "事件日志",
  why: "公司里发生的每一件事，按提交顺序编号，没有缺号。不含姓名、手机号、证件号与卡号。",
  live: "实时", notLive: "未连接",
  type: "类型", typeHint: "完整类型或开头，如 fund.purchase",
  object: "对象编号", objectHint: "订单、客户、Webhook 等的编号",
  none: "没有符合条件的事件。",
  clear: "清除筛选",
  more: "更早的事件",
  payload: "内容",
  resend: "重新发送",
  resent: (n: number) => `已再发给 ${n} 个接收方，编号不变`,
  replay: "从这里重放",
  replayed: (n: number) => `${n} 个接收方从这里重放，编号不变`,
  sameObject: "只看这个对象",
  noReceiver: "还没有 Webhook 接收方，",
  addOne: "去添加",
};
export default zh;
