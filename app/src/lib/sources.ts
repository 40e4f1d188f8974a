/** Quoted sources in the language of the page: the server quotes them in English. */
import { useLang } from "./i18n";

const ZH: Readonly<Record<string, string>> = {
  "press 2015": "2015 年媒体报道",
  "exchange closing time; fund contracts of this type": "交易所收市时间；同类基金合同",
  "Mi Finance rule 2015": "小米金融 2015 年规则",
  "regulators' guidance 2018": "监管指导意见（2018）",
  "regulators' guidance 2018; that the count of 3 stays is unverified": "监管指导意见（2018）；每日 3 次是否沿用待核实",
  "product setting (T+1 to T+2 unverified)": "产品设定（T+1 至 T+2 待核实）",
  "fund contracts of this type (ladder unverified)": "同类基金合同（比例待核实）",
  "illustrative": "示例",
  "card acquiring price of 2013, illustrative here": "2013 年刷卡手续费标准，此处为示例",
  "three classes of payment accounts from 2016-07-01; the figures are illustrative": "支付账户分类管理（2016-07-01 起），数值为示例",
  "Yu'E Bao": "余额宝",
  "launch announcement": "产品上线公告",
  "unverified": "待核实",
  "notice": "公告",
  "TechNode (week of 2015-05-11; the day is unverified)": "TechNode（2015-05-11 当周，具体日期待核实）",
  "E Fund (simulated)": "易方达基金（模拟）",
  "exchange_calendars, XSHG": "开源交易日历，上交所",
};

/** Returns how to say a source; one that nobody translated stays as it is. */
export function useSources(): (source: string) => string {
  const isChinese = useLang() !== "en";
  return (source) => (isChinese && ZH[source]) || source;
}
