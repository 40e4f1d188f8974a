/** The developer pages' first screen. */
const zh = {
  title: "平台时钟",
  next: "接下来的事件",
  none: "没有等待中的事件。",
};
export default zh;
