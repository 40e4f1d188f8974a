/** The persona switcher. */
const zh = {
  title: "体验角色",
  why: "点一下，就以这个人登录客户应用。姓名、证件、银行卡全是编造的，编号在每次重置后不变。",
  customer: "已开户",
  notYet: "尚未开户",
  phone: "手机", id: "身份证", card: "银行卡", password: "支付密码",
  enter: "以此人登录",
  register: "去开户",
  reset: "重置",
  resetWhy: (name: string, at: string) => `回到最早的存档“${name}”（${at}）：所有人的订单与收益都回到那时，编号不变。`,
  resetNone: "还没有存档。时钟第一次前进时会自动存一份。",
  resetNow: "重置所有人",
  resetTitle: "重置所有人？",
  resetText: "整个公司回到最早的存档，之后发生的一切都不再存在。想保留就先在时光机里存一个分支。",
  people: {
    saver: ["储蓄者", "每月发薪次日买入，不着急用钱。"],
    commuter: ["通勤者", "小额买入多、快速赎回多，用满当日次数。"],
    student17: ["17 岁学生", "今天开户被拒，过了零点满 18 岁即可。"],
    pensioner: ["退休者", "一笔普通赎回在途。"],
    gigworker: ["自由职业者", "收入不定，一笔订单晚一个交易日确认。"],
    overindebted: ["负债者", "存得少，取得快。"],
    fraudring: ["同伙", "九人共用设备与银行卡。"],
    vip: ["大客户", "超过每一项限额。"],
    estate: ["已故客户", "账户已被冻结。"],
    foreign: ["外籍客户", "拉丁字母姓名，英文界面。"],
  } as Record<string, readonly [string, string]>,
};
export default zh;
