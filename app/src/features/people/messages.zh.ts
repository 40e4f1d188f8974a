/** The door of the console. */
const zh = {
  title: "登录运营台",
  lead: "每一次操作都会以您的身份记入审计。",
  sandboxTitle: "沙盒：选择一个角色",
  sandboxLead: "每个角色是不同的人；自己提的变更不能由自己复核。",
  roles: {
    operator: "运行日终、提交变更",
    approver: "复核别人提交的变更",
    finance: "流动性、账本、日终",
    compliance: "审计、冻结、查阅资料",
    support: "查订单、帮助客户",
    viewer: "只看，不改",
    developer: "沙盒工具",
  },
  keyTitle: "员工密钥",
  key: "密钥",
  keyHint: "由首位运营人员发放；12 小时后需要重新登录。",
  keyMissing: "请输入员工密钥",
  keyWrong: "这个密钥无效或已被收回，请检查后再试",
  enter: "登录",
};
export default zh;
