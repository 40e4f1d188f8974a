/** Navigation of the customer app. */
const zh = {
  home: "首页",
  records: "记录",
  me: "我的",
};
export default zh;
