/** The console's first screen. */
const zh = {
  title: "已完成的日终",
  none: "还没有完成的日终。",
  root: (root: string) => `摘要 ${root}`,
};
export default zh;
