/** Navigation of the console. */
const zh = {
  start: "日终",
};
export default zh;
