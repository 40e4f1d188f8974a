/** The names of the shelf's rules. */
const zh = {
  rules: {
    "fund.purchase_minimum": "最低买入",
    "fund.cut_off": "交易截止",
    "fund.fast_redemption": "快速赎回上限",
    "fund.normal_redemption": "普通赎回上限",
    "fund.advance_provider": "快赎垫资方",
    "fund.redemption_cash": "普通赎回到账",
    "fund.large_redemption": "巨额赎回",
  },
  fields: {
    amount_fen: "金额",
    hour: "时",
    minute: "分",
    max_count: "次数上限",
    max_amount_fen: "金额上限",
    who: "由谁垫资",
    after_confirmation_days: "确认后天数",
    large_above_pct: "超过基金份额（%）",
    accept_at_least_pct: "至少受理（%）",
    rest: "其余部分",
    single_max_fen: "单笔上限",
    day_max_fen: "单日上限",
    day_count: "单日次数",
    lookups: "单日查找",
    fee_ppm: "费率（百万分之）",
  },
  values: {
    any: "不限",
    licensed_bank: "持牌银行",
    deferred: "顺延",
    cancelled: "撤销",
  },
};
export default zh;
