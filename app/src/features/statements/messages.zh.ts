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
  proofEmpty: "余额证明尚未接入：日终封存启用后，可在浏览器中核对您的余额是否包含在封存结果中。",
  proofAction: "先看总资产怎么来的",
};
export default zh;
