/** Navigation of the developer pages. */
const zh = {
  start: "时间",
};
export default zh;
