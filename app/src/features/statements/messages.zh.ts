/** 月结单与余额证明。 */
const zh = {
  title: "月结单",
  empty: (day: string) => `第一份月结单将于 ${day}生成。`,
  calendar: "查看收益日历",
  next: (day: string) => `本月月结单将于 ${day}生成。`,
  income: "当月收益",
  opening: "月初份额",
  closing: "月末份额",
  pdf: "下载 PDF",
  csv: "下载 CSV",
  hash: "CSV 文件指纹（SHA-256）",
  same: "合计与各页面一致，每次下载逐字节相同。",
  proof: "余额证明",
  proofAbout: "每日终了，平台、基金管理人和托管人（模拟）共同签署一个覆盖全部余额的数。此文件证明您的余额在其中，且看不出他人的余额。",
  proofFile: "下载凭证",
  proofCheck: "无需我们即可核对：huoqi proof verify 文件",
  proofNot: "它不能证明资金存在、无人被遗漏，也不含在途订单。",
};
export default zh;
