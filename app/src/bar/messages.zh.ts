/** The time machine bar. */
const zh = {
  now: (at: string) => `平台时间 ${at}（北京时间）`,
};
export default zh;
